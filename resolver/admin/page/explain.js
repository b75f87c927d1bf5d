// What GET /api/v1/explain tells of one question: who was asked when, on one scale of time, and what was made of the
// replies. Every field may be absent.

function explainUrl({ name, type, fresh, strategy }) {
  const wanted = new URLSearchParams({ name: name.trim(), type: type.trim() || "A" });
  if (fresh) wanted.set("fresh", "1");
  if (strategy) wanted.set("strategy", strategy);
  return `/api/v1/explain?${wanted}`;
}

function showExplanation(told) {
  const steps = list(told.steps).map((step) => [html("h3", `Then ${questionText(step)}`), explanation(step)]);
  show(byId("explanation"), explanation(told), steps);
}

function explanation(told) {
  return html(
    "div.explained",
    html("p.summary", summary(told)),
    answerPart(told.answer ?? {}),
    wayPart(told),
    ttlPart(told.ttl ?? {}),
    attemptsPart(told),
    chainPart(list(told.chain)),
  );
}

const part = (title, width, ...content) => html(`div.${width}`, html("h4", title), content);
const questionText = ({ question = {} }) => `${text(question.name)} ${text(question.type)}`;

const sources = {
  __proto__: null,
  cache: "from the cache",
  upstream: "from an upstream",
  stale: "from the cache, though expired",
  local: "from a local zone",
};

function summary({ question, answer = {}, total_ms }) {
  const what = `${questionText({ question })}: ${answer.rcode ?? "no answer"}`;
  const source = sources[answer.source] ?? answer.source;
  return joined(", ", what, answer.security, source, isNumber(total_ms) && `after ${milliseconds(total_ms)}`);
}

function answerPart({ records, ede }) {
  const lines = list(records).map((record) => html("li", text(record)));
  const errors = list(ede).map((error) => html("li.alarm", joined(": ", `EDE ${text(error.code)}`, error.text)));
  return lines.length + errors.length > 0 && part("Answer", "narrow", html("ul.records", lines, errors));
}

function wayPart({ route = {}, cache = {}, clock = {} }) {
  const held = joined(
    ", ",
    cache.state,
    isNumber(cache.age_seconds) && `${span(cache.age_seconds)} old`,
    isNumber(cache.ttl_seconds) && `${span(cache.ttl_seconds)} left`,
    cache.rank && `rank ${cache.rank}`,
    cache.upstream && `from ${cache.upstream}`,
  );
  const strategy = route.strategy && `by ${route.strategy}`;
  const known_facts = facts(
    ["Route", text(route.suffix)],
    ["Group", joined(", ", route.group, strategy, route.validate === false && "not validated")],
    ["Why", text(route.rule)],
    ["Cache", held],
    ["Clock", text(clock.state)],
  );
  return part("Route and cache", "narrow", known_facts);
}

function ttlPart({ received, given, cuts }) {
  const steps = [{ to: received, why: "as received" }, ...list(cuts), { to: given, why: "as given" }];
  const rows = steps.filter(({ to }) => isNumber(to));
  const longest = Math.max(1, ...rows.map(({ to }) => to));
  return (
    rows.length > 0 &&
    part(
      "TTL",
      "narrow",
      html(
        "ol.cuts",
        rows.map((row) => cutRow(row, longest)),
      ),
    )
  );
}

function cutRow({ to, why }, longest) {
  const words = `${number(to)}${space}s`;
  return html(
    "li",
    html("span.num", words),
    stackedBar([["load", to, words]], longest, words),
    html("span", text(why)),
  );
}

// ---- Attempts, on one scale

const fates = {
  __proto__: null,
  won: "won",
  lost: "lost",
  late: "late",
  held: "held back",
  refused: "refused",
  "in flight": "in flight",
};

function attemptsPart(told) {
  const attempts = list(told.attempts);
  if (attempts.length === 0) return false;
  const scale = scaleOf(attempts, told.total_ms);
  const head = html("li.axis", { "aria-hidden": "true" }, html("span"), html("span.lane", axis(scale)));
  const rows = attempts.map((attempt) => attemptRow(attempt, scale, questionText(told)));
  return part("Attempts", "broad", html("ol.attempts", head, rows));
}

/** From 0 to a little after the last moment; `answered` is when the client had its answer. All in milliseconds. */
function scaleOf(attempts, answered) {
  const moments = [answered, ...attempts.flatMap(({ sent_ms, ended_ms }) => [sent_ms, ended_ms])];
  const end = Math.max(1, ...moments.filter(isNumber)) * 1.04;
  const step = tickStep(end);
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  return { end, ticks, answered, percentOf: (ms) => `${((ms / end) * 100).toFixed(2)}%` };
}

/** A step of 1, 2 or 5 times a power of ten that divides `end` into at most five. */
function tickStep(end) {
  const power = 10 ** Math.floor(Math.log10(end / 5));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => end / step <= 5);
}

/** The words above the moment of the answer lie on the side of it that has room. */
function axis({ end, ticks, answered, percentOf }) {
  const words = (ms, y, anchor, said) => svg("text", { x: percentOf(ms), y, "text-anchor": anchor }, said);
  const moments = ticks.map((ms) => words(ms, 26, ms ? "middle" : "start", `${Number(ms.toPrecision(3))}${space}ms`));
  const side = answered > end / 2 ? "end" : "start";
  return svg(
    "svg.track",
    moments,
    isNumber(answered) && words(answered, 10, side, `answered at ${milliseconds(answered)}`),
  );
}

function attemptRow(attempt, scale, asked) {
  const fate = attempt.fate in fates ? attempt.fate : "lost";
  const over = attempt.over && html("small", ` ${attempt.over}`);
  return html(
    `li.attempt.fate-${fate.replace(" ", "-")}`,
    html("span.who", html("b", text(attempt.upstream)), over),
    html("span.lane", attemptBar(attempt, scale)),
    html("span.came", whatCame(attempt), html("span.because", because(attempt, asked))),
  );
}

function whatCame({ fate, outcome, grade }) {
  return [html("b.fate", fates[fate] ?? text(fate)), ` ${text(outcome)}`, grade && html("small", ` (${grade})`)];
}

function because({ reason, why, question }, asked) {
  const other = question !== asked && question;
  return joined(" · ", reason && `Asked: ${reason}`, why, other && `the question was ${other}`);
}

function attemptBar(attempt, { end, ticks, answered, percentOf }) {
  const sent = attempt.sent_ms ?? 0;
  const width = Math.max((attempt.ended_ms ?? end) - sent, end / 200); // what took no time is seen, too
  const line = (kind, ms) => svg(`line.${kind}`, { x1: percentOf(ms), x2: percentOf(ms), y1: 0, y2: "100%" });
  const place = { x: percentOf(sent), width: percentOf(width), y: 8, height: 14, rx: 2 };
  return svg(
    "svg.track",
    { role: "img", "aria-label": attemptWords(attempt) },
    ticks.map((ms) => line("tick", ms)),
    isNumber(answered) && line("answered", answered),
    svg("rect.span", place, svg("title", joined(": ", attemptWords(attempt), attempt.why))),
  );
}

function attemptWords({ upstream, sent_ms, ended_ms, fate }) {
  const end = isNumber(ended_ms) ? `ended at ${milliseconds(ended_ms)}` : "not ended";
  return `${text(upstream)}: sent at ${milliseconds(sent_ms)}, ${end}, ${text(fate)}`;
}

// ---- The chain of trust, link by link

const linkMarks = { __proto__: null, secure: "closed", insecure: "unknown", bogus: "open", indeterminate: "half_open" };
// prettier-ignore
const algorithms = { __proto__: null, 5: "RSA/SHA-1", 7: "RSA/SHA-1", 8: "RSA/SHA-256", 10: "RSA/SHA-512",
  13: "ECDSA P-256", 14: "ECDSA P-384", 15: "Ed25519", 16: "Ed448" };

function chainPart(chain) {
  return chain.length > 0 && part("Chain of trust", "broad", html("ol.chain", chain.map(chainLink)));
}

function chainLink({ zone, status, ds, keys, signed_by, why }) {
  const mark = stateMark(linkMarks[status], text(status ?? "unknown"));
  const reason = why !== undefined && html("span.because", text(why));
  const delegations = list(ds).map((record) => html("span.line", `DS ${keyText(record)}`));
  const zone_keys = list(keys).map((key) => keyLine(key, key.tag === signed_by));
  return html("li", html("b.name", text(zone)), " ", mark, html("span.keys", delegations, zone_keys), reason);
}

function keyLine(key, signs) {
  const words = `${key.sep ? "key" : "zone key"} ${keyText(key)}`;
  return signs ? html("span.line.signer", `${words}, signs`) : html("span.line", words);
}

function keyText({ tag, algorithm }) {
  return joined(" ", text(tag), algorithms[algorithm] ?? (isNumber(algorithm) && `algorithm ${algorithm}`));
}
