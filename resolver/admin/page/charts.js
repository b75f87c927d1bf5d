// Small pictures: sparklines, bars of parts, and when an upstream was in which state.

// ---- Sparklines of the last minutes

const history = { samples: [], length_ms: 180 * 1000 }; // {at: ms, …figures}, oldest first
const gap_ms = 5000; // after which a line is not drawn on: the page was hidden, or nobody answered

function remember(sample) {
  const oldest = sample.at - history.length_ms;
  history.samples = [...history.samples.filter(({ at }) => at > oldest), sample];
}

/** The values of one figure that are there. */
const samplesOf = (figure) => history.samples.filter((sample) => isNumber(sample[figure]));
const peak = (figure) => Math.max(0, ...samplesOf(figure).map((sample) => sample[figure]));

function sparkPath(figure, top) {
  const newest = history.samples.at(-1)?.at ?? 0;
  let last = -Infinity;
  const points = samplesOf(figure).map((sample) => {
    const x = 180 - ((newest - sample.at) / history.length_ms) * 180;
    const y = 34 - Math.min(1, sample[figure] / top) * 32;
    const pen = sample.at - last > gap_ms ? "M" : "L";
    last = sample.at;
    return `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return points.join("");
}

/** `figures`: one or two keys of the samples; the first is the line in front. `top`: the value at the upper edge. */
function sparkline(figures, top) {
  const path = (kind, d) => svg(`path.${kind}`, { d, "vector-effect": "non-scaling-stroke" });
  const lines = figures.map((figure, index) => path(`spark.spark-${index}`, sparkPath(figure, top || 1)));
  const frame = { viewBox: "0 0 180 36", preserveAspectRatio: "none", "aria-hidden": "true" };
  return svg("svg.sparkline", frame, path("spark-floor", "M0 34.5H180"), lines.reverse());
}

// ---- Bars

/** A bar of parts: [[class, amount, tooltip]…]; parts of nothing take no room. */
function stackedBar(parts, whole, label) {
  let before = 0;
  const rectangles = parts
    .filter(([, amount]) => amount > 0)
    .map(([kind, amount, tooltip]) => {
      const place = { x: `${(before / whole) * 100}%`, width: `${(amount / whole) * 100}%`, height: "100%" };
      before += amount;
      return svg(`rect.part.${kind}`, place, svg("title", tooltip));
    });
  return svg("svg.bar", { role: "img", "aria-label": label }, rectangles);
}

// ---- States of upstreams

const circle = (kind, r) => svg(`circle.${kind}`, { cx: 6, cy: 6, r });
const path = (kind, d) => svg(`path.${kind}`, { d });

/** `height`: of its part of a time line. This table, like all that words from the daemon are looked up in, has no
    prototype: “constructor” is not in it. */
const states = {
  __proto__: null,
  closed: { name: "closed", height: 4, draw: () => circle("full", 5) },
  half_open: {
    name: "half open",
    height: 10,
    draw: () => [circle("outline", 4.5), path("full", "M6 1.5a4.5 4.5 0 0 0 0 9z")],
  },
  open: { name: "open", height: 16, draw: () => path("cross", "M2 2 10 10M10 2 2 10") },
  disabled: { name: "disabled", height: 7, draw: () => path("full", "M2 1h3v10H2zM7 1h3v10H7z") },
  unknown: { name: "unknown", height: 7, draw: () => path("full", "M2 5h8v2H2z") },
};
const known = (state) => (state in states ? state : "unknown");
const stateOf = (upstream) => (upstream.disabled ? "disabled" : text(upstream.state ?? "unknown"));
const stateName = (state) => states[state]?.name ?? text(state ?? "unknown");

/** Shape and word: a state is never told by its colour alone. */
function stateMark(state, word = stateName(state)) {
  const icon = svg("svg.icon", { viewBox: "0 0 12 12", "aria-hidden": "true" }, states[known(state)].draw());
  return html(`span.mark.state-${known(state)}`, icon, " ", word);
}

/** [{state, reason, start, end}…] from `from` to `now` (ms), oldest first, by the upstream's transitions. */
function stateSegments(upstream, from, now) {
  const changes = list(upstream.transitions)
    .map(({ at, ...change }) => ({ at: Date.parse(at), state: change.to, reason: change.reason, before: change.from }))
    .filter(({ at }) => at <= now)
    .sort((a, b) => a.at - b.at);
  const first = { at: from, state: changes[0]?.before ?? stateOf(upstream) };
  return [first, ...changes]
    .map(({ at, state, reason }, index) => ({
      state,
      reason,
      start: Math.max(from, at),
      end: changes[index]?.at ?? now,
    }))
    .filter(({ start, end }) => end > start);
}

const window_ms = 15 * 60 * 1000;

/** The last minutes as a band, the further from “closed” the taller. Before the daemon started there is nothing. */
function stateTimeline(upstream, now, uptime_seconds) {
  const opening = now - window_ms;
  const from = isNumber(uptime_seconds) ? Math.max(opening, now - uptime_seconds * 1000) : opening;
  const segments = stateSegments(upstream, from, now);
  const tick = (x) => svg("line.tick", { x1: x, x2: x, y1: 0, y2: 18 });
  return svg(
    "svg.timeline",
    { role: "img", "aria-label": segments.map(segmentWords).join("; then ") },
    [tick("33.3%"), tick("66.7%")],
    segments.map((segment) => segmentBar(segment, opening)),
    svg("line.ground", { x1: 0, x2: "100%", y1: 18.5, y2: 18.5 }),
  );
}

function segmentWords({ state, start, end, reason }) {
  return joined(": ", `${stateName(state)} for ${span(Math.round((end - start) / 1000))}`, reason);
}

function segmentBar(segment, opening) {
  const percentOf = (ms) => `${(ms / window_ms) * 100}%`;
  const { height } = states[known(segment.state)];
  const place = {
    x: percentOf(segment.start - opening),
    width: percentOf(segment.end - segment.start),
    y: 18 - height,
    height,
  };
  return svg(`rect.segment.state-${known(segment.state)}`, place, svg("title", segmentWords(segment)));
}
