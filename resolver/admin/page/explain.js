// What GET /api/v1/explain tells of one question: who was asked when, on one scale of time, and what was made of the replies.

const fates = { __proto__: null, won: "won", lost: "lost", late: "late", held: "held back", refused: "refused", "in flight": "in flight" };
const algorithms = { __proto__: null, 5: "RSA/SHA-1", 7: "RSA/SHA-1", 8: "RSA/SHA-256", 10: "RSA/SHA-512", 13: "ECDSA P-256", 14: "ECDSA P-384", 15: "Ed25519", 16: "Ed448" };

function explainUrl(form) {
  const wanted = new URLSearchParams({ name: form.name.trim(), type: form.type.trim() || "A" });
  if (form.fresh) wanted.set("fresh", "1");
  if (form.strategy) wanted.set("strategy", form.strategy);
  return `/api/v1/explain?${wanted}`;
}

function showExplanation(told) {
  show(byId("explanation"), explanation(told), list(told.steps).map((step) =>
    html("section", { class: "step" }, html("h3", {}, "Then ", questionText(step)), explanation(step))));
}

const questionText = ({ question = {} }) => `${question.name ?? ""} ${question.type ?? ""}`;

function summary({ question, answer = {}, total_ms }) {
  const from = { __proto__: null, cache: "from the cache", upstream: "from an upstream", stale: "expired, from the cache", local: "local" };
  const source = answer.source && (from[answer.source] ?? String(answer.source));
  return [`${questionText({ question })}: ${answer.rcode ?? "no answer"}`, answer.security, source, isNumber(total_ms) && `after ${milliseconds(total_ms)}`]
    .filter(Boolean).join(", ");
}

function explanation(told) {
  return [html("p", { class: "summary" }, summary(told)), answerPart(told.answer ?? {}), wayPart(told), attemptsPart(told),
    chainPart(list(told.chain)), ttlPart(told.ttl ?? {})];
}

const part = (title, ...content) => html("div", { class: "part-of" }, html("h4", {}, title), content);

function answerPart({ records, ede }) {
  const errors = list(ede).map(({ code, text }) => html("li", { class: "alarm" }, `EDE ${code ?? ""}${text ? `: ${text}` : ""}`));
  const lines = list(records).map((record) => html("li", {}, String(record)));
  return lines.length + errors.length > 0 && part("Answer", html("ul", { class: "records" }, lines, errors));
}

function wayPart({ route = {}, cache = {}, clock = {} }) {
  const group = [route.group, route.strategy && `by ${route.strategy}`, route.validate === false && "not validated"].filter(Boolean).join(", ");
  const held = [cache.state, isNumber(cache.age_seconds) && `${span(cache.age_seconds)} old`, isNumber(cache.ttl_seconds) && `${span(cache.ttl_seconds)} left`,
    cache.rank && `rank ${cache.rank}`, cache.upstream && `from ${cache.upstream}`].filter(Boolean).join(", ");
  return part("Way", facts(["Route", route.suffix !== undefined && String(route.suffix)], ["Group", group], ["Why", route.rule], ["Cache", held], ["Clock", clock.state]));
}

/** A step of 1, 2 or 5 times a power of ten that divides `end` into at most five. */
function tickStep(end) {
  const power = 10 ** Math.floor(Math.log10(end / 5));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => end / step <= 5) ?? end;
}

function scaleOf(attempts, total_ms) {
  const moments = [total_ms, ...attempts.flatMap(({ sent_ms, ended_ms }) => [sent_ms, ended_ms])].filter(isNumber);
  const end = Math.max(1, ...moments) * 1.04, step = tickStep(end);
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  return { end, ticks, percentOf: (ms) => `${(ms / end * 100).toFixed(2)}%` };
}

function attemptsPart({ attempts, total_ms }) {
  const all = list(attempts);
  if (all.length === 0) return false;
  const scale = scaleOf(all, total_ms);
  return part("Attempts", html("ol", { class: "attempts" }, html("li", { class: "axis", "aria-hidden": "true" }, html("span"), axis(scale, total_ms)),
    all.map((attempt) => attemptRow(attempt, scale, total_ms))));
}

function axis({ ticks, percentOf }, total_ms) {
  const label = (ms, kind, anchor) => svg("text", { class: kind, x: percentOf(ms), y: 12, "text-anchor": anchor }, milliseconds(ms).replace(".0", ""));
  const near = (ms) => isNumber(total_ms) && Math.abs(ms - total_ms) < ticks[1] * 0.6;
  return svg("svg", { class: "track" }, ticks.filter((ms) => !near(ms)).map((ms) => label(ms, "", ms ? "middle" : "start")),
    isNumber(total_ms) && label(total_ms, "answered", total_ms === 0 ? "start" : "middle"));
}

function attemptRow(attempt, scale, total_ms) {
  const fate = attempt.fate in fates ? attempt.fate.replace(" ", "-") : "lost";
  return html("li", { class: `attempt fate-${fate}` },
    html("span", { class: "who" }, html("b", {}, String(attempt.upstream ?? "")), attempt.over && html("small", {}, ` ${attempt.over}`)),
    attemptBar(attempt, fate, scale, total_ms),
    html("span", { class: "came" }, html("b", { class: "fate" }, fates[attempt.fate] ?? String(attempt.fate ?? "")), ` ${attempt.outcome ?? ""}`,
      attempt.grade && html("small", {}, ` (${attempt.grade})`)),
    html("span", { class: "because" }, [attempt.reason && `Asked: ${attempt.reason}.`, attempt.why && `${attempt.why}.`, attempt.question && `Question: ${attempt.question}`]
      .filter(Boolean).join(" ")));
}

function attemptBar(attempt, fate, { end, ticks, percentOf }, total_ms) {
  const sent = attempt.sent_ms ?? 0, ended = attempt.ended_ms ?? end;
  const words = `${attempt.upstream ?? ""}: sent at ${milliseconds(sent)}, ${isNumber(attempt.ended_ms) ? `ended at ${milliseconds(ended)}` : "not ended"}, ${attempt.fate ?? ""}`;
  return svg("svg", { class: "track", role: "img", "aria-label": words },
    ticks.map((ms) => svg("line", { class: "tick", x1: percentOf(ms), x2: percentOf(ms), y1: 0, y2: "100%" })),
    isNumber(total_ms) && svg("line", { class: "answered", x1: percentOf(total_ms), x2: percentOf(total_ms), y1: 0, y2: "100%" }),
    svg("rect", { class: "span", x: percentOf(sent), width: percentOf(Math.max(ended - sent, end / 200)), y: 5, height: 14, rx: 2 },
      svg("title", {}, [words, attempt.why].filter(Boolean).join(": "))));
}

const linkMarks = { __proto__: null, secure: "closed", insecure: "unknown", bogus: "open", indeterminate: "half_open" };

function chainPart(chain) {
  if (chain.length === 0) return false;
  return part("Chain of trust", html("ol", { class: "chain" }, chain.map((link) => {
    const mark = stateMark(linkMarks[link.status], String(link.status ?? "unknown"));
    return html("li", {}, html("b", { class: "name" }, String(link.zone ?? "")), " ", mark,
      html("span", { class: "keys" }, list(link.ds).map((ds) => html("span", { class: "line" }, `DS ${keyText(ds)}`)),
        list(link.keys).map((key) => html("span", { class: `line ${key.tag === link.signed_by ? "signer" : ""}` },
          `${key.sep ? "key" : "zone key"} ${keyText(key)}${key.tag === link.signed_by ? ", signs" : ""}`))),
      link.why && html("span", { class: "because" }, String(link.why)));
  })));
}

const keyText = ({ tag, algorithm }) => `${tag ?? ""}${algorithm === undefined ? "" : ` ${algorithms[algorithm] ?? `algorithm ${algorithm}`}`}`;

function ttlPart({ received, given, cuts }) {
  if (!isNumber(received) && !isNumber(given)) return false;
  const rows = [[received, "as received"], ...list(cuts).map(({ to, why }) => [to, why]), [given, "as given"]].filter(([ttl]) => isNumber(ttl));
  const longest = Math.max(1, ...rows.map(([ttl]) => ttl));
  return part("TTL", html("ol", { class: "cuts" }, rows.map(([ttl, why]) => html("li", {}, html("span", { class: "num" }, number(ttl), space, "s"),
    stackedBar([["load", ttl, ""]], longest, `${number(ttl)} of ${number(longest)} seconds`), html("span", {}, String(why ?? ""))))));
}
