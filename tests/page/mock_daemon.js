// Serves the page with its own policy, and the JSON that the test wants, as the daemon would.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { beginning, livelyExplanation, livelyStatus } from "./lively_status.js";

const folder = process.env.TRIBUTARY_PAGE; // where the build has left status_page.html and status_page.policy

export class MockDaemon {
  /** How often it was asked for its status; the date in its answers counts up with it. */
  asked = 0;
  /** The paths with their parameters that the page has asked `explain` for. */
  explained = [];
  status = livelyStatus;
  /** Hangs up on whoever asks. */
  silent = false;
  /** The HTTP status and JSON of an explanation. */
  explanation = () => [200, livelyExplanation];

  async start() {
    this.server = createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #answer(request, response) {
    if (this.silent) return request.socket.destroy();
    const { pathname } = new URL(request.url, this.url);
    if (pathname === "/") return this.#page(response);
    if (pathname === "/api/v1/status") return this.#json(response, 200, this.status(this.asked++));
    if (pathname === "/api/v1/explain") {
      this.explained.push(request.url);
      return this.#json(response, ...this.explanation());
    }
    return this.#json(response, 404, { error: { message: "there is no such page" } });
  }

  #page(response) {
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": readFileSync(join(folder, "status_page.policy"), "utf8"),
    });
    response.end(readFileSync(join(folder, "status_page.html")));
  }

  #json(response, code, body) {
    response.writeHead(code, {
      "Content-Type": "application/json",
      Date: new Date(beginning + this.asked * 1000).toUTCString(),
    });
    response.end(JSON.stringify(body));
  }
}
