// Debian's Chromium, and a page in it that remembers everything that went wrong.

import { chromium } from "playwright-core";

import { beginning } from "./lively_status.js";

const patience_ms = 120000; // of a machine that is busy with other tests, too

export const phone = { width: 360, height: 740 };
export const desktop = { width: 1280, height: 800 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid() !== 0,
    timeout: patience_ms,
    // Nothing beyond this machine is asked for anything.
    args: ["--disable-quic", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
}

/** A new page at `url` whose `complaints` are all errors on the console, uncaught exceptions, dialogs, and violations of
    the policy. Its clock starts at `beginning` and goes on by itself; `page.clock` can hurry it. */
export async function open(browser, url, { viewport = desktop, colorScheme = "light", bypassCSP = false } = {}) {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    bypassCSP,
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patience_ms);
  const page = await context.newPage();
  page.complaints = [];
  const complain = (text) => page.complaints.push(text);
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complain(message.text()));
  page.on("pageerror", (error) => complain(`uncaught: ${error}`));
  page.on("dialog", (dialog) => {
    complain(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.exposeFunction("complain", complain);
  await page.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) =>
      window.complain(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`),
    ),
  );
  await page.clock.install({ time: beginning });
  await page.goto(url);
  return page;
}
