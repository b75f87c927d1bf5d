// Writes docs/screenshots/{light,dark}-{desktop,phone}.png for the README: node screenshots.js [FOLDER]
//
// TRIBUTARY_PAGE names the folder of the built page. Needs pngquant of Debian, which makes them small.

import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { desktop, launch, open, phone } from "./browser.js";
import { MockDaemon } from "./mock_daemon.js";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../docs/screenshots", import.meta.url));
const [samples, apart_ms] = [75, 2500]; // until the sparklines are full
const height = 1680; // down to the end of the explanation on a desktop

async function photograph(browser, theme, name, { width }) {
  const daemon = await new MockDaemon().start();
  const page = await open(browser, daemon.url, { colorScheme: theme, viewport: { width, height } });
  while (daemon.asked < samples) {
    const answered = page.waitForResponse("**/api/v1/status");
    await page.clock.runFor(apart_ms);
    await answered;
  }
  await page.getByLabel("Name").fill("www.example.org");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.locator(".attempt").first().waitFor();
  await page.evaluate(() => {
    document.activeElement.blur();
    scrollTo(0, 0);
  });
  const path = `${folder}/${theme}-${name}.png`;
  await page.screenshot({ path });
  execFileSync("pngquant", ["--force", "--output", path, "128", path]);
  console.log(`${path}: ${statSync(path).size} octets`);
  await page.context().close();
  await daemon.stop();
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const theme of ["light", "dark"]) {
  await photograph(browser, theme, "desktop", desktop);
  await photograph(browser, theme, "phone", phone);
}
await browser.close();
