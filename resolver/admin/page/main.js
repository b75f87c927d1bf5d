// The page's own life: it asks once a second while somebody looks, says when nobody answers, explains, and changes its
// theme.

const interval_ms = 1000;
const patience_ms = { status: 5000, explanation: 30000 };
const polling = { timer: undefined, asking: false, silent_since: undefined };

/** The JSON of the daemon. Throws an Error whose message is for the reader: what is wrong, and what to do. */
async function ask(url, patience) {
  const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(patience) }).catch(() => {
    throw new Error("Is it running? Type: systemctl status tributary");
  });
  const body = await response.json().catch(() => undefined);
  if (response.ok && body) return { body, now: Date.parse(response.headers.get("Date")) || Date.now() };
  const { message = `HTTP status ${response.status}, not the JSON of Tributary`, remedy } = body?.error ?? {};
  throw new Error(joined(". ", message, remedy));
}

async function poll() {
  if (polling.asking || document.hidden) return;
  polling.asking = true;
  try {
    const { body, now } = await ask("/api/v1/status", patience_ms.status);
    remember(sampleOf(body));
    showStatus(body, now);
    showContact(undefined, list(body.problems).length);
  } catch (error) {
    showContact(error, 0);
  }
  polling.asking = false;
  if (!document.hidden) polling.timer = setTimeout(poll, interval_ms);
}

function sampleOf({ traffic = {} }) {
  return {
    at: Date.now(),
    rate: traffic.queries_per_second,
    hit_ratio: traffic.hit_ratio,
    cached_p50: traffic.cached_ms?.p50,
    cached_p99: traffic.cached_ms?.p99,
    uncached_p50: traffic.uncached_ms?.p50,
    uncached_p99: traffic.uncached_ms?.p99,
  };
}

/** Whether the daemon answers, and what it says of itself in a word. */
function showContact(error, problems) {
  if (!error) polling.silent_since = undefined;
  else polling.silent_since ??= new Date();
  const verdict = error ? "No answer" : problems ? plural(problems, "problem") : "All is well";
  document.title = `${verdict} · Tributary`;
  document.documentElement.dataset.contact = error ? "lost" : "kept";
  byId("verdict").className = `verdict ${error ? "bad" : problems ? "warn" : "good"}`;
  show(byId("verdict"), verdict);
  byId("silence").hidden = !error;
  if (error) show(byId("silence"), silenceText(error.message));
}

function silenceText(why) {
  const since = polling.silent_since.toLocaleTimeString("en-GB");
  return [
    html("b", `No answer since ${since}. `),
    `${why}. Below is what the daemon said last; it is asked again each second.`,
  ];
}

function resume() {
  clearTimeout(polling.timer);
  poll();
}

async function explain(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  byId("explain-button").setAttribute("aria-busy", "true");
  show(byId("explain-said"), "Asking…");
  try {
    const { body } = await ask(explainUrl(Object.fromEntries(form)), patience_ms.explanation);
    showExplanation(body);
    show(byId("explain-said"));
  } catch (error) {
    show(byId("explanation"));
    show(byId("explain-said"), html("span.alarm", `Not explained: ${error.message}`));
  }
  byId("explain-button").removeAttribute("aria-busy");
}

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const theme = () => document.documentElement.dataset.theme ?? (darkSystem.matches ? "dark" : "light");

/** The system's theme needs no remembering; the browser may forbid to remember at all. */
function setTheme(wanted) {
  const own = wanted !== (darkSystem.matches ? "dark" : "light");
  if (own) document.documentElement.dataset.theme = wanted;
  else delete document.documentElement.dataset.theme;
  try {
    if (own) localStorage.setItem("theme", wanted);
    else localStorage.removeItem("theme");
  } catch {
    /* then it lasts as long as the page */
  }
  nameThemeButton();
}

function nameThemeButton() {
  show(byId("theme-name"), theme() === "dark" ? "Light" : "Dark");
}

function rememberedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

const remembered = rememberedTheme();
if (remembered === "dark" || remembered === "light") document.documentElement.dataset.theme = remembered;
nameThemeButton();
darkSystem.addEventListener("change", nameThemeButton);
byId("theme").addEventListener("click", () => setTheme(theme() === "dark" ? "light" : "dark"));
byId("explain-form").addEventListener("submit", explain);
document.addEventListener("visibilitychange", resume);
poll();
