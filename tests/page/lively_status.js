// What a daemon in an eventful quarter of an hour might tell. `second` counts up from 0; the same second, the same
// figures.

export const beginning = Date.parse("2026-11-22T13:00:00Z");

const at = (second) => new Date(beginning + second * 1000).toISOString().replace(".000", "");
const wave = (second, period, shift = 0) => Math.sin((second / period) * 2 * Math.PI + shift);
const jitter = (second, salt) => Math.abs((Math.sin(second * 127.1 + salt * 311.7) * 43758.5453) % 1) - 0.5;
const burst = (second) => (second % 55 > 44 ? 1 : 0);

function traffic(second) {
  const slow = burst(second) * (20 + 14 * jitter(second, 3));
  return {
    queries: 1284310 + 512 * second,
    queries_per_second: 512 + 60 * wave(second, 70) + 45 * jitter(second, 1) + 120 * burst(second),
    hit_ratio: 0.934 + 0.01 * wave(second, 50) - 0.05 * burst(second),
    cached_ms: { p50: 0.03 + 0.004 * jitter(second, 4), p99: 0.1 + 0.06 * Math.abs(jitter(second, 5)) },
    uncached_ms: { p50: 8.1 + wave(second, 40) + slow / 8, p99: 40.2 + 9 * jitter(second, 2) + slow },
  };
}

function upstream(name, url, figures) {
  return {
    name,
    url,
    operator: name,
    state: "closed",
    since: at(-86400),
    disabled: false,
    share: 1,
    in_flight: 1,
    disagreements: 0,
    bogus: 0,
    validates: true,
    failures: {},
    transitions: [],
    losses: 12,
    hedges: 40,
    ...figures,
  };
}

function change(second, from, to, reason) {
  return { at: at(second), from, to, reason };
}

const deaf = "3 failures in 1.2 s: timeout";

function upstreams(second) {
  return [
    upstream("quad9", "https://dns.quad9.net/dns-query", {
      p50_ms: 8 + wave(second, 30),
      p99_ms: 31 + 4 * jitter(second, 6),
      in_flight: 2 + burst(second),
      queries: 61230 + 20 * second,
      replies: 61218 + 20 * second,
      wins: 58760 + 19 * second,
      failures: { timeout: 10, reset: 2 },
    }),
    upstream("cloudflare", "https://cloudflare-dns.com/dns-query", {
      p50_ms: 9.4 + 0.6 * wave(second, 22),
      p99_ms: 44.1,
      queries: 17305 + 6 * second,
      wins: 15011 + 5 * second,
      failures: { timeout: 31 },
      disagreements: 2,
      transitions: [
        change(-312, "half_open", "closed", "3 good replies in a row"),
        change(-330, "open", "half_open", "it answers again"),
        change(-402, "closed", "open", "12 failures in 10 s: timeout"),
      ],
    }),
    upstream("google", "udp://8.8.8.8", {
      state: "half_open",
      reason: "it answers again",
      next_probe_seconds: 0.8,
      share: 0.1,
      p50_ms: 14.2,
      p99_ms: 61,
      queries: 5120,
      wins: 3985,
      failures: { timeout: 122, truncated: 3 },
      in_flight: 1,
      transitions: [
        change(-9, "open", "half_open", "it answers again"),
        change(-204, "closed", "open", "20 of 31 failed in 10 s: timeout"),
      ],
    }),
    upstream("office", "authority://192.0.2.53", {
      state: "open",
      reason: deaf,
      next_probe_seconds: 7 - (second % 7),
      share: 0,
      in_flight: 0,
      queries: 842,
      wins: 790,
      failures: { timeout: 49, refused: 3 },
      validates: false,
      transitions: [
        change(-131, "half_open", "open", "the probe failed: timeout"),
        change(-139, "open", "half_open", "it answers again"),
        change(-510, "closed", "open", deaf),
      ],
    }),
    upstream("lab", "udp://198.51.100.7", {
      operator: "ours",
      disabled: true,
      state: "closed",
      reason: "disabled by the operator",
      share: 0,
      in_flight: 0,
      queries: 0,
      wins: 0,
    }),
    upstream("home", "zone:home.arpa.zone", {
      operator: "ours",
      in_flight: 0,
      p50_ms: 0.02,
      p99_ms: 0.05,
      queries: 9120,
      wins: 9120,
    }),
  ];
}

const dnssec = (second) => ({
  mode: "validate",
  secure: 48211 + 3 * second,
  insecure: 31870 + 5 * second,
  bogus: 19,
  indeterminate: 240,
  failures: [
    {
      at: at(-44),
      name: "dnssec-failed.example.",
      type: "A",
      upstream: "quad9",
      reason: "no DNSKEY matches the DS",
      ede: 9,
    },
    {
      at: at(-310),
      name: "expired.corp.example.",
      type: "AAAA",
      upstream: "cloudflare",
      reason: "the signature expired 3 d ago",
      ede: 7,
    },
    {
      at: at(-902),
      name: "www.lame.example.",
      type: "HTTPS",
      upstream: "google",
      reason: "no signature covers the NSEC3 records",
      ede: 12,
    },
  ],
});

export function livelyStatus(second = 0) {
  return {
    version: "0.1.0",
    pid: 4711,
    uptime_seconds: 273845.5 + second,
    workers: 2,
    configuration: {
      file: "/etc/tributary/tributary.yaml",
      loaded: "2026-11-22T09:14:02Z",
      reloads: 3,
      failed_reloads: 1,
      last_error: "tributary.yaml:14:5: groups.public.strategy: “hegde” is none; the nearest is “hedge”",
    },
    listeners: ["udp://127.0.0.1:53", "tcp://127.0.0.1:53", "udp://[::1]:53", "tcp://[::1]:53"],
    traffic: traffic(second),
    upstreams: upstreams(second),
    groups: [
      { name: "public", strategy: "hedge", upstreams: ["quad9", "cloudflare", "google"], degraded: false },
      { name: "corp", strategy: "failover", upstreams: ["office", "home"], degraded: true },
    ],
    cache: {
      entries: 48210,
      bytes: 31457280,
      limit: 67108864,
      hits: 1199120,
      misses: 85190,
      stale: 42,
      evictions: 311,
    },
    dnssec: dnssec(second),
    clock: { state: "synced", max_error_seconds: 0.012, steps: 1, last_step_seconds: -0.4 },
    link: { down: false, outages: 1 },
    problems: [
      {
        what: `upstream office: ${deaf}; group corp answers from home.arpa.zone meanwhile`,
        remedy: "see whether 192.0.2.53 can be reached: dig @192.0.2.53 corp.example SOA",
      },
    ],
  };
}

export const livelyExplanation = {
  question: { name: "www.example.org.", type: "A" },
  asked_at: at(0),
  route: {
    suffix: ".",
    group: "public",
    strategy: "hedge",
    rule: "the route for “.” is the longest that matches",
    validate: true,
  },
  cache: { state: "expired", age_seconds: 312, rank: "validated", upstream: "quad9" },
  attempts: [
    {
      upstream: "google",
      over: "udp",
      sent_ms: 0,
      ended_ms: 25.6,
      reason: "explored, 2 of 100 questions are",
      outcome: "SERVFAIL (EDE 22)",
      grade: "error",
      fate: "refused",
      why: "an error never wins while another may answer",
      question: "www.example.org. A",
    },
    {
      upstream: "quad9",
      over: "https",
      sent_ms: 15.2,
      ended_ms: 34.9,
      reason: "hedge after 15 ms",
      outcome: "NOERROR, 2 records",
      grade: "validated",
      fate: "won",
      why: "the first that stands validation",
      question: "www.example.org. A",
    },
    {
      upstream: "cloudflare",
      over: "https",
      sent_ms: 25.7,
      ended_ms: 47.3,
      reason: "at once, google failed",
      outcome: "NOERROR, 2 records",
      grade: "validated",
      fate: "late",
      why: "quad9 had won",
      question: "www.example.org. A",
    },
  ],
  chain: [
    {
      zone: ".",
      status: "secure",
      ds: [
        { tag: 20326, algorithm: 8 },
        { tag: 38696, algorithm: 8 },
      ],
      keys: [
        { tag: 20326, algorithm: 8, sep: true },
        { tag: 46441, algorithm: 8, sep: false },
      ],
      signed_by: 20326,
      why: "a trust anchor signs the keys",
    },
    {
      zone: "org.",
      status: "secure",
      ds: [{ tag: 26974, algorithm: 8 }],
      keys: [
        { tag: 26974, algorithm: 8, sep: true },
        { tag: 6721, algorithm: 8, sep: false },
      ],
      signed_by: 26974,
    },
    {
      zone: "example.org.",
      status: "secure",
      ds: [{ tag: 31406, algorithm: 13 }],
      keys: [{ tag: 31406, algorithm: 13, sep: true }],
      signed_by: 31406,
      why: "the records are signed by 31406",
    },
  ],
  ttl: {
    received: 300,
    given: 240,
    cuts: [
      { to: 288, why: "12 s in the cache of the upstream" },
      { to: 240, why: "the signature's original TTL" },
    ],
  },
  clock: { state: "synced" },
  answer: {
    rcode: "NOERROR",
    records: ["www.example.org. 240 IN CNAME web.example.org.", "web.example.org. 240 IN A 192.0.2.1"],
    security: "secure",
    source: "upstream",
    ede: [],
  },
  signatures: [{ set: "web.example.org. A", zone: "example.org.", key: 31406 }],
  notes: [],
  answered_ms: 35.1,
  total_ms: 47.3,
  steps: [],
};
