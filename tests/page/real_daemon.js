// The daemon itself, on loopback, with a zone of its own: no other upstream, so nothing leaves this machine.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const patience_ms = 60000;
const zone = `$ORIGIN home.example.
@       3600 IN SOA   ns hostmaster 1 7200 3600 1209600 300
@       3600 IN NS    ns
ns      3600 IN A     127.0.0.1
printer 3600 IN A     192.0.2.40
drucker 3600 IN CNAME printer
`;

/** A TCP port that is free now, below those that the kernel gives to whoever connects. */
async function freePort() {
  const port = 10240 + Math.floor(Math.random() * 20000);
  const server = createServer();
  const free = await new Promise((resolve) =>
    server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true)),
  );
  await new Promise((resolve) => server.close(resolve));
  return free ? port : freePort();
}

export class RealDaemon {
  async start() {
    this.folder = mkdtempSync(join(tmpdir(), "tributary-page-"));
    mkdirSync(join(this.folder, "state"));
    writeFileSync(join(this.folder, "home.zone"), zone);
    const [port, admin_port] = [await freePort(), await freePort()];
    this.url = `http://127.0.0.1:${admin_port}/`;
    const configuration = join(this.folder, "tributary.yaml");
    writeFileSync(
      configuration,
      JSON.stringify({
        // which is YAML
        listen: [`udp://127.0.0.1:${port}`, `tcp://127.0.0.1:${port}`],
        workers: 1,
        dnssec: { mode: "off" },
        admin: { listen: `127.0.0.1:${admin_port}` },
        state_directory: join(this.folder, "state"),
        upstreams: { home: { url: "zone:home.zone", origin: "home.example" } },
        groups: { local: { upstreams: ["home"] } },
        routes: [{ suffix: ".", group: "local" }],
      }),
    );
    this.process = spawn(process.env.TRIBUTARY, ["run", "--config", configuration], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    this.ended = once(this.process, "exit");
    await this.#healthy();
    return this;
  }

  /** SIGTERM; its exit code. */
  async stop() {
    this.process.kill("SIGTERM");
    const [code] = await this.ended;
    rmSync(this.folder, { recursive: true });
    return code;
  }

  async #healthy() {
    const deadline = Date.now() + patience_ms;
    while (Date.now() < deadline && this.process.exitCode === null) {
      const response = await fetch(`${this.url}health`).catch(() => undefined);
      if (response?.ok) return;
      await pause(20);
    }
    await this.stop();
    throw new Error("the daemon did not become healthy");
  }
}
