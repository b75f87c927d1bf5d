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
    list(told.notes).map((note) => html("p.note", text(note))),
    answerPart(told.answer ?? {}),
    wayPart(told),
    ttlPart(told.ttl ?? {}),
    attemptsPart(told),
    chainPart(list(told.chain), list(told.signatures)),
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
  policy: "by policy",
  none: "from nowhere",
};

/** When the client had its answer; what was asked beside it may go on. */
const answeredAt = ({ answered_ms, total_ms }) => answered_ms ?? total_ms;

function summary(told) {
  const { answer = {} } = told;
  const answered = answeredAt(told);
  const what = `${questionText(told)}: ${answer.rcode ?? "no answer"}`;
  const source = sources[answer.source] ?? answer.source;
  return joined(", ", what, answer.security, source, isNumber(answered) && `after ${milliseconds(answered)}`);
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
  failed: "failed",
  "not asked": "not asked",
  "in flight": "in flight",
};

/** All that were sent, those for records that the proof needs, too. Who was in reserve is told for the question itself
    only. */
function attemptsPart(told) {
  const asked = questionText(told);
  const attempts = list(told.attempts).filter(({ question, fate }) => fate !== "not asked" || question === asked);
  if (attempts.length === 0) return false;
  const scale = scaleOf(attempts, answeredAt(told));
  const head = html("li.axis", { "aria-hidden": "true" }, html("span"), html("span.lane", axis(scale)));
  const rows = attempts.map((attempt) => attemptRow(attempt, scale, asked));
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
  const words = (kind, ms, y, anchor, said) =>
    svg(`text.${kind}`, { x: percentOf(ms), y, "text-anchor": anchor }, said);
  const moment = (ms) => words("moment", ms, 26, ms ? "middle" : "start", `${Number(ms.toPrecision(3))}${space}ms`);
  const side = answered > end / 2 ? "end" : "start";
  const answer = isNumber(answered) && words("said", answered, 10, side, `answered at ${milliseconds(answered)}`);
  return svg("svg.track", ticks.map(moment), answer);
}

function attemptRow(attempt, scale, asked) {
  const fate = attempt.fate in fates ? attempt.fate : "lost";
  const over = attempt.over && html("small", ` ${attempt.over}`);
  const other = attempt.question !== asked && attempt.question && html("span.because", text(attempt.question));
  return html(
    `li.attempt.fate-${fate.replace(" ", "-")}`,
    html("span.who", html("b", text(attempt.upstream)), over, other),
    html("span.lane", attemptBar(attempt, scale)),
    html("span.came", whatCame(attempt), html("span.because", because(attempt))),
  );
}

function whatCame({ fate, outcome, grade }) {
  return [html("b.fate", fates[fate] ?? text(fate)), ` ${text(outcome)}`, grade && html("small", ` (${grade})`)];
}

function because({ reason, why, sent_ms }) {
  return joined(" · ", isNumber(sent_ms) && reason ? `Asked: ${reason}` : reason, why);
}

function attemptBar(attempt, { end, ticks, answered, percentOf }) {
  const { sent_ms, ended_ms = end } = attempt;
  const width = Math.max(ended_ms - sent_ms, end / 200); // what took no time is seen, too
  const line = (kind, ms) => svg(`line.${kind}`, { x1: percentOf(ms), x2: percentOf(ms), y1: 0, y2: "100%" });
  const place = { x: percentOf(sent_ms), width: percentOf(width), y: 8, height: 14, rx: 2 };
  return svg(
    "svg.track",
    { role: "img", "aria-label": attemptWords(attempt) },
    ticks.map((ms) => line("tick", ms)),
    isNumber(answered) && line("answered", answered),
    isNumber(sent_ms) && svg("rect.span", place, svg("title", joined(": ", attemptWords(attempt), attempt.why))),
  );
}

function attemptWords({ upstream, sent_ms, ended_ms, fate }) {
  const sent = isNumber(sent_ms) && `sent at ${milliseconds(sent_ms)}`;
  const ended = isNumber(ended_ms) && `ended at ${milliseconds(ended_ms)}`;
  return `${text(upstream)}: ${joined(", ", sent, ended, fate)}`;
}

// ---- The chain of trust, link by link

const linkMarks = { __proto__: null, secure: "closed", insecure: "unknown", bogus: "open", indeterminate: "half_open" };
const algorithms = {
  __proto__: null,
  5: "RSA/SHA-1",
  7: "RSA/SHA-1",
  8: "RSA/SHA-256",
  10: "RSA/SHA-512",
  13: "ECDSA P-256",
  14: "ECDSA P-384",
  15: "Ed25519",
  16: "Ed448",
};

function chainPart(chain, signatures) {
  const signed = signatures.map(({ set, zone, key }) =>
    html("li", `${text(set)} is signed by key ${text(key)} of ${text(zone)}`),
  );
  const links = html("ol.chain", chain.map(chainLink));
  return chain.length > 0 && part("Chain of trust", "broad", links, html("ul.signed", signed));
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
