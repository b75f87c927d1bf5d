// The status page as the daemon serves it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { launch, open } from "./browser.js";
import { RealDaemon } from "./real_daemon.js";

let browser, daemon, page;

before(async () => {
  [browser, daemon] = [await launch(), await new RealDaemon().start()];
  page = await open(browser, daemon.url);
});
after(() => browser.close());

const built = (name) => readFileSync(`${process.env.TRIBUTARY_PAGE}/${name}`, "utf8");

test("comes with the policy that was made for it", async () => {
  const response = await fetch(daemon.url);
  assert.equal(response.headers.get("Content-Security-Policy"), built("status_page.policy"));
  assert.equal(await response.text(), built("status_page.html"));
});

test("shows the daemon's own status", async () => {
  await page
    .locator("#verdict")
    .filter({ hasText: /problem|well/ })
    .waitFor();
  assert.match(await page.locator("#upstream-rows").innerText(), /closed.*home.*zone:.*home\.zone/s);
  assert.match(await page.locator("#daemon").innerText(), /tributary\.yaml.*local: hedge of home/s);
});

test("explains a question to the daemon", async () => {
  await page.getByLabel("Name").fill("drucker.home.example");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.locator("#explanation .summary").first().waitFor();
  assert.match(await page.locator("#explanation").innerText(), /NOERROR.*192\.0\.2\.40/s);
});

test("has complained of nothing, and sees the daemon go", async () => {
  assert.deepEqual(page.complaints, []);
  assert.equal(await daemon.stop(), 0);
  await page.locator("#verdict").filter({ hasText: "No answer" }).waitFor();
});
