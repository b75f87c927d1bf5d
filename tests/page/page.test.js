// The status page in a browser, before a daemon that says what the test wants.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import axe from "axe-core";

import { desktop, launch, open, phone } from "./browser.js";
import { livelyExplanation, livelyStatus } from "./lively_status.js";
import { MockDaemon } from "./mock_daemon.js";

let browser, daemon, page;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  daemon = await new MockDaemon().start();
});
afterEach(async () => {
  await page.context().close();
  await daemon.stop();
});

/** The page after its first answer. Until now nothing must have gone wrong. */
async function opened(options) {
  page = await open(browser, daemon.url, options);
  await verdict(/problem|well/);
  return page;
}

const text = (selector) => page.locator(selector).innerText();
const verdict = (pattern) => page.locator("#verdict").filter({ hasText: pattern }).waitFor();
const shows = (selector, pattern) => page.locator(selector).filter({ hasText: pattern }).first().waitFor();

async function ask(name) {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Explain" }).click();
  await page.locator("#explanation .summary").first().waitFor();
}

/** The same data with `change` made to every string of it. */
function everyString(data, change) {
  if (typeof data === "string") return change(data);
  if (Array.isArray(data)) return data.map((item) => everyString(item, change));
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, everyString(value, change)]));
}

test("shows what the daemon tells", async () => {
  await opened();
  assert.equal(await text("#verdict"), "1 problem");
  assert.match(
    await text("#problems"),
    /upstream office: 3 failures.*To do: see whether 192\.0\.2\.53 can be reached/s,
  );
  assert.match(await text("#upstreams-summary"), /3 of 6 in use/);
  const office = page.getByRole("row").filter({ hasText: "authority://192.0.2.53" });
  assert.match(await office.innerText(), /open.*next probe in [1-7]\u202fs.*do not validate.*timeout 49\s+refused 3/s);
  assert.match(await text("#transitions"), /google open →\s+half open\s+it answers again/);
  assert.match(await text("#cache"), /46\.9\u202f% full: 30\.0\u202fMiB of 64\.0\u202fMiB/);
  assert.match(await text("#dnssec"), /dnssec-failed\.example\. A\s+no DNSKEY matches the DS\s+from quad9, EDE 9/);
  assert.match(await text("#clock"), /synced/);
  assert.match(await text("#daemon"), /3, 1 refused.*hegde.*corp: failover of office, home \(degraded/s);
  assert.deepEqual(page.complaints, []);
});

test("draws for how long each upstream was in which state", async () => {
  await opened();
  const line = page.getByRole("row").filter({ hasText: "cloudflare-dns.com" }).locator(".timeline");
  assert.match(
    await line.getAttribute("aria-label"),
    /^closed for .*; then open for 1\u202fmin 12\u202fs: 12 failures.*; then half open for 18\u202fs.*; then closed for 5\u202fmin/,
  );
  assert.equal(await line.locator("rect").count(), 4);
});

test("follows the daemon from second to second", async () => {
  daemon.status = (second) => ({
    ...livelyStatus(second),
    problems: [],
    traffic: { queries: 1000 + second, queries_per_second: 100 + second },
  });
  await opened();
  await page.clock.runFor(1000);
  await shows("#figures", /1,00[2-9] since the start/);
  assert.equal(await text("#verdict"), "All is well");
  const points = (await page.locator(".spark-0").first().getAttribute("d")).match(/[ML]/g).length;
  assert.ok(points >= 2, `${points} points in the line of queries`);
  assert.deepEqual(page.complaints, []);
});

test("keeps the nodes that are there, so that focus and selected text outlive an update", async () => {
  await opened();
  await page.evaluate(() => {
    document.querySelector("#upstream-rows tr").marked = true;
  });
  const asked = daemon.asked;
  while (daemon.asked < asked + 2) await page.waitForResponse("**/api/v1/status");
  assert.equal(await page.evaluate(() => document.querySelector("#upstream-rows tr").marked), true);
});

test("asks nothing while nobody looks", async () => {
  await opened();
  const look = (hidden) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { configurable: true, value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  const asked = () => page.evaluate(() => window.asked);
  await page.evaluate(() => {
    const original = window.fetch;
    window.asked = 0;
    window.fetch = (...request) => {
      window.asked += 1;
      return original(...request);
    };
  });
  await look(true);
  const before_the_minute = await asked();
  await page.clock.runFor(60000);
  assert.equal(await asked(), before_the_minute);
  const answered = page.waitForResponse("**/api/v1/status");
  await look(false);
  await answered;
});

test("says that the daemon does not answer, and goes on when it does again", async () => {
  await opened();
  daemon.silent = true;
  await verdict("No answer");
  assert.match(await text("#silence"), /No answer since \d\d:\d\d:\d\d.*systemctl status tributary/s);
  assert.match(await page.title(), /No answer/);
  assert.match(await text("#upstream-rows"), /quad9/, "what it said last stays");
  daemon.silent = false;
  await verdict("1 problem");
  assert.equal(await page.locator("#silence").isVisible(), false);
  assert.deepEqual(
    page.complaints.filter((complaint) => !/ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(complaint)),
    [],
  );
});

test("explains a question", async () => {
  await opened();
  await page.getByLabel("Type").fill("AAAA");
  await page.getByLabel("Strategy").selectOption("race");
  await page.getByLabel("not from the cache").check();
  await ask("www.example.org");
  assert.deepEqual(daemon.explained, ["/api/v1/explain?name=www.example.org&type=AAAA&fresh=1&strategy=race"]);
  assert.match(await text(".summary"), /www\.example\.org\. A: NOERROR, secure, from an upstream, after 35\.1\u202fms/);
  const attempts = page.locator(".attempt");
  assert.match(
    (await attempts.allInnerTexts()).join("\n"),
    /google.*refused SERVFAIL.*quad9.*won NOERROR.*cloudflare.*late NOERROR/s,
  );
  assert.match(
    await attempts.nth(1).getByRole("img").getAttribute("aria-label"),
    /quad9: sent at 15\.2\u202fms, ended at 34\.9\u202fms, won/,
  );
  const spans = await Promise.all([0, 1, 2].map((index) => attempts.nth(index).locator(".span").boundingBox()));
  assert.ok(spans[0].x < spans[1].x && spans[1].x < spans[2].x, "bars begin in the order in which questions were sent");
  assert.match(await text(".chain"), /org\. .*secure.*DS 26974 RSA\/SHA-256.*key 26974 RSA\/SHA-256, signs/s);
  assert.match(await text(".signed"), /web\.example\.org\. A is signed by key 31406 of example\.org\./);
  assert.match(await text(".cuts"), /300.*as received.*288.*in the cache of the upstream.*240.*as given/s);
  assert.match(await text("#explanation .records"), /web\.example\.org\. 240 IN A 192\.0\.2\.1/);
  assert.deepEqual(page.complaints, []);
});

test("tells whom the question was not sent to, but not so for what else was asked", async () => {
  const reserve = { upstream: "office", fate: "not asked", reason: "next in the list" };
  const attempts = [
    ...livelyExplanation.attempts,
    { ...reserve, question: "www.example.org. A", why: "its breaker is open" },
    { ...reserve, question: "example.org. DS" },
  ];
  daemon.explanation = () => [200, { ...livelyExplanation, attempts }];
  await opened();
  await ask("www.example.org");
  assert.equal(await page.locator(".attempt").count(), 4);
  assert.match(await page.locator(".attempt").last().innerText(), /not asked\s+next in the list · its breaker is open/);
  assert.equal(await page.locator(".attempt .span").count(), 3);
});

test("explains what a CNAME leads to", async () => {
  daemon.explanation = () => [
    200,
    { ...livelyExplanation, steps: [{ ...livelyExplanation, question: { name: "elsewhere.example.", type: "A" } }] },
  ];
  await opened();
  await ask("www.example.org");
  assert.match(await text("#explanation h3"), /Then elsewhere\.example\. A/);
  assert.equal(await page.locator(".attempts").count(), 2);
});

test("says why something was not explained", async () => {
  daemon.explanation = () => [
    400,
    { error: { message: "“a..b” is not a name: a label is empty", remedy: "Take one of the two dots away" } },
  ];
  await opened();
  await page.getByLabel("Name").fill("a..b");
  await page.keyboard.press("Enter");
  await shows("#explain-said", "Not explained: “a..b” is not a name: a label is empty. Take one of the two dots away");
});

test("can be used with the keyboard alone", async () => {
  await opened();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "theme");
  await page.keyboard.press("Tab");
  await page.keyboard.type("www.example.org");
  await page.keyboard.press("Enter");
  await page.locator("#explanation .summary").waitFor();
  assert.match(daemon.explained[0], /name=www\.example\.org&type=A$/);
});

test("reads no name as markup", async () => {
  const bait = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;${alert(3)}";
  daemon.status = (second) => everyString(livelyStatus(second), () => bait);
  daemon.explanation = () => [
    200,
    everyString(
      { ...livelyExplanation, answer: { ...livelyExplanation.answer, ede: [{ code: 9, text: "x" }] } },
      (value) => bait + value,
    ),
  ];
  await opened();
  await ask(bait);
  const elements = await page.evaluate(() =>
    ["script", "img", "[onerror]", "[style]"].map((selector) => document.querySelectorAll(selector).length),
  );
  assert.deepEqual(elements, [1, 0, 0, 0], "the page's own script, and nothing else");
  for (const part of ["#problems", "#upstream-rows", "#transitions", "#dnssec", "#daemon", "#clock", "#explanation"])
    assert.ok((await text(part)).includes(bait), `${part} shows the name as it is`);
  assert.equal(new URL(daemon.explained[0], daemon.url).searchParams.get("name"), bait);
  assert.deepEqual(page.complaints, []);
});

test("does without every field that may be absent", async () => {
  daemon.status = () => ({});
  daemon.explanation = () => [200, {}];
  await opened();
  await ask("www.example.org");
  daemon.status = () => ({
    upstreams: [{}],
    groups: [{}],
    problems: [{}],
    listeners: [],
    dnssec: { failures: [{}] },
    traffic: {},
    cache: {},
    clock: {},
    link: {},
    configuration: {},
  });
  daemon.explanation = () => [
    200,
    { route: {}, cache: {}, attempts: [{}], chain: [{}], signatures: [{}], ttl: {}, answer: {}, steps: [{}] },
  ];
  await verdict("1 problem");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.locator(".attempt").waitFor();
  assert.deepEqual(page.complaints, []);
});

test("remembers the theme that was chosen", async () => {
  await opened({ colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Dark" }).click();
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  await verdict("problem");
  assert.equal(await ground(), dark);
  await page.getByRole("button", { name: "Light" }).click();
  assert.equal(await ground(), light);
  assert.deepEqual(page.complaints, []);
});

for (const width of [phone.width, 480, 800, 1000, desktop.width]) {
  test(`needs no scrolling sideways at ${width} pixels`, async () => {
    daemon.status = (second) => ({ ...livelyStatus(second), listeners: [`udp://[${"2001:db8:".repeat(7)}1]:53`] });
    await opened({ viewport: { width, height: 740 } });
    await ask("www.example.org");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll("main *:not(thead *)")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100)),
    );
    assert.deepEqual(wide, []);
  });
}

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [desktop, phone]) {
    test(`gives axe no serious finding (${colorScheme}, ${viewport.width} pixels)`, async () => {
      await opened({ colorScheme, viewport, bypassCSP: true });
      await ask("www.example.org");
      await page.evaluate(axe.source);
      const { violations, passes } = await page.evaluate(() => window.axe.run());
      assert.ok(
        passes.some(({ id }) => id === "color-contrast"),
        "contrast was measured",
      );
      const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      assert.deepEqual(
        serious.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`,
        ),
        [],
      );
    });
  }
}
