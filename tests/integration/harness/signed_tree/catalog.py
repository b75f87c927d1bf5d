"""The zones of the tree. Those right below `tree.` are named after what is peculiar to them."""

from harness.signed_tree import faults
from harness.signed_tree.keys import KSK, SHA1, SHA384, ZSK, KeyPlan
from harness.signed_tree.zone import BODY, BOGUS, DAY, HOUR, INSECURE, Nsec3, Zone, ksk_and_zsk, none


def _with_digest(*digests: int):
    return lambda keys: [key.ds(digest) for key in keys[:1] for digest in digests]


def _wrong_digest(ds: str) -> str:
    """The last digit changed."""
    return ds[:-1] + ("0" if ds[-1] != "0" else "1")


def _relabelled(ds: str, algorithm=None, digest=None) -> str:
    """Says that key or digest are of another kind than they are."""
    tag, old_algorithm, old_digest, data = ds.split(" ", 3)
    return f"{tag} {algorithm or old_algorithm} {digest or old_digest} {data}"


#: Aliases from the name of this zone to all kinds of zones.
_CHAINS = """
www      IN A     192.0.2.80
same     IN CNAME www
a15      IN CNAME www.a15.tree.
n3       IN CNAME www.n3.tree.
ins      IN CNAME www.unsigned.tree.
bog      IN CNAME www.badsig.tree.
exp      IN CNAME www.expired.tree.
n99      IN CNAME www.ds99.tree.
gone     IN CNAME nothing.a13.tree.
gonen3   IN CNAME nothing.n3.tree.
nodata   IN CNAME mail.a13.tree.
wild     IN CNAME any.wild.a13.tree.
wildn3   IN CNAME any.wild.n3.tree.
cwild    IN CNAME any.cwild.a15.tree.
there    IN CNAME back.unsigned.tree.
loop1    IN CNAME loop2
loop2    IN CNAME loop1
step1    IN CNAME step2
step2    IN CNAME step3
step3    IN CNAME step4
step4    IN CNAME step5
step5    IN CNAME step6
step6    IN CNAME step7
step7    IN CNAME www.a8.tree.
d        IN DNAME a15.tree.
d        IN TXT   "has a DNAME"
dn3      IN DNAME n3.tree.
dins     IN DNAME unsigned.tree.
dbog     IN DNAME badsig.tree.
dself    IN DNAME elsewhere
www.elsewhere IN A 192.0.2.81
dd       IN DNAME d
to-d     IN CNAME www.d
*.cins   IN CNAME www.unsigned.tree.
*.cbog   IN CNAME www.badsig.tree.
"""

_UNSIGNED = BODY + """
back     IN CNAME www.a13.tree.
bog      IN CNAME www.badsig.tree.
d        IN DNAME a13.tree.
dbog     IN DNAME badsig.tree.
"""

_CUTS = BODY + """
nods     IN NS    ns.nods
ns.nods  IN A     127.0.0.1
two.empty.nods2 IN NS ns.two.empty.nods2
ns.two.empty.nods2 IN A 127.0.0.1
"""

TOP = (
    Zone(".", ksk_and_zsk(8), signer="bind", content=""),
    Zone("tree.", ksk_and_zsk(13), signer="bind", content=_CUTS),
    Zone("hash.", ksk_and_zsk(8), Nsec3(), "bind", content=_CUTS),
    Zone("out.", (KeyPlan(13),), Nsec3(opt_out=True), "bind", content=_CUTS),
    Zone("plain.", (), status=INSECURE),
    Zone("wrong.", ds=lambda keys: [_wrong_digest(keys[0].ds())], status=BOGUS),
)

ALGORITHMS = (
    Zone("a5.tree.", (KeyPlan(5),), status=INSECURE),
    Zone("a7.tree.", (KeyPlan(7),), Nsec3(), "bind", status=INSECURE),
    Zone("a8.tree.", ksk_and_zsk(8), signer="bind"),
    Zone("a10.tree.", ksk_and_zsk(10)),
    Zone("a13.tree.", ksk_and_zsk(13)),
    Zone("a14.tree.", (KeyPlan(14),), signer="bind"),
    Zone("a15.tree.", (KeyPlan(15),)),
    Zone("a16.tree.", (KeyPlan(16),), signer="bind"),
    Zone("two.tree.", (KeyPlan(8), KeyPlan(13)), signer="bind"),
    Zone("two-one.tree.", (KeyPlan(8), KeyPlan(13)), signer="bind", faults=[faults.no_signature_by(13)]),
    Zone("two-ds.tree.", (KeyPlan(8), KeyPlan(13)), signer="bind", ds=lambda keys: [keys[1].ds()],
         faults=[faults.no_signature_by(13)]),
)

DELEGATIONS = (
    Zone("ds99.tree.", ds=lambda keys: [_relabelled(keys[0].ds(), algorithm=99)], status=INSECURE),
    Zone("digest99.tree.", ds=lambda keys: [_relabelled(keys[0].ds(), digest=99)], status=INSECURE),
    Zone("ds99-too.tree.", ds=lambda keys: [_relabelled(keys[0].ds(), algorithm=99), keys[0].ds()]),
    Zone("ds99-wrong.tree.", status=BOGUS,
         ds=lambda keys: [_relabelled(keys[0].ds(), algorithm=99), _wrong_digest(keys[0].ds())]),
    Zone("sha1.tree.", ds=_with_digest(SHA1)),
    Zone("sha384.tree.", ds=_with_digest(SHA384)),
    Zone("sha-all.tree.", ds=_with_digest(SHA1, 2, SHA384)),
    Zone("sha1-only-right.tree.", ds=lambda keys: [keys[0].ds(SHA1), _wrong_digest(keys[0].ds())], status=BOGUS),
    Zone("wrongds.tree.", ds=lambda keys: [_wrong_digest(keys[0].ds())], status=BOGUS),
    Zone("one-wrong-ds.tree.", ds=lambda keys: [_wrong_digest(keys[0].ds()), keys[0].ds()]),
    Zone("stripped.tree.", faults=[faults.no_signatures, faults.no_denial], status=BOGUS),
    Zone("unsigned.tree.", (), content=_UNSIGNED, status=INSECURE),
    Zone("signed.unsigned.tree.", status=INSECURE),
    Zone("broken.unsigned.tree.", faults=[faults.bad_signature("www", "A")], status=INSECURE),
    Zone("island.plain.", ds=none, status=INSECURE),
    Zone("island.tree.", ds=none, status=INSECURE),
    Zone("below.wrong.", status=BOGUS),
    Zone("unsigned.hash.", (), status=INSECURE),
    Zone("signed.hash.", (KeyPlan(15),)),
    Zone("unsigned.out.", (), status=INSECURE),
    Zone("island.out.", ds=none, status=INSECURE),
    Zone("signed.out.", (KeyPlan(15),)),
    Zone("deep.x.y.tree.", signer="bind"),
    Zone("deep.x.y.hash."),
    Zone("kid.a13.tree.", (KeyPlan(15),)),
    Zone("grown.kid.a13.tree.", (KeyPlan(8),)),
    Zone("plain.a13.tree.", (), status=INSECURE),
    Zone("no-ds-proof.tree.", faults=[faults.no_nsec_at("cut")]),
    Zone("cut.no-ds-proof.tree.", (), status=BOGUS),
)

KEYS = (
    Zone("rolling.tree.", (KeyPlan(8, KSK), KeyPlan(8, KSK), KeyPlan(8, ZSK)), signer="bind"),
    Zone("rolling-old.tree.", (KeyPlan(13, KSK), KeyPlan(13, KSK), KeyPlan(13, ZSK)), signer="bind",
         ds=lambda keys: [keys[0].ds()]),
    Zone("standby-ds.tree.", (KeyPlan(13, KSK), KeyPlan(13, KSK, signs=False), KeyPlan(13, ZSK)), signer="bind",
         ds=lambda keys: [keys[1].ds(), keys[0].ds()]),
    Zone("only-standby-ds.tree.", (KeyPlan(13, KSK), KeyPlan(13, KSK, signs=False), KeyPlan(13, ZSK)),
         signer="bind", ds=lambda keys: [keys[1].ds()], status=BOGUS),
    Zone("absent-ds.tree.", (KeyPlan(13, KSK), KeyPlan(13, KSK, signs=False, published=False)),
         ds=lambda keys: [key.ds() for key in keys]),
    Zone("zsk-rolling.tree.", (KeyPlan(13, KSK), KeyPlan(13, ZSK), KeyPlan(13, ZSK, signs=False)), signer="bind"),
    Zone("revoked.tree.", (KeyPlan(13, KSK, revoked=True), KeyPlan(13, KSK), KeyPlan(13, ZSK)), signer="bind",
         ds=lambda keys: [keys[1].ds()]),
    Zone("revoked-ds.tree.", (KeyPlan(13, KSK, revoked=True), KeyPlan(13, ZSK)), signer="bind",
         ds=lambda keys: [keys[0].ds()], status=BOGUS),
    Zone("zsk-ds.tree.", (KeyPlan(13, ZSK),), ds=lambda keys: [keys[0].ds()]),
    Zone("many-keys.tree.", (KeyPlan(13, KSK), *[KeyPlan(13, ZSK, signs=False)] * 24)),
)

DENIAL = (
    Zone("n3.tree.", ksk_and_zsk(13), Nsec3(), "bind"),
    Zone("n3-salt.tree.", (KeyPlan(8),), Nsec3(0, "abcdef"), "ldns"),
    Zone("n3-50.tree.", (KeyPlan(13),), Nsec3(50, "0102"), "bind"),
    Zone("n3-51.tree.", (KeyPlan(13),), Nsec3(51, "0102"), "ldns"),
    Zone("n3-150.tree.", (KeyPlan(13),), Nsec3(150, "0102"), "ldns"),
    Zone("n3-500.tree.", (KeyPlan(13),), Nsec3(500), "ldns"),
    Zone("n3-out.tree.", (KeyPlan(13),), Nsec3(opt_out=True), "bind", content=_CUTS),
    Zone("signed.n3-out.tree.", (KeyPlan(13),)),
    Zone("unsigned.n3-out.tree.", (), status=INSECURE),
    Zone("unsigned.n3-51.tree.", (), status=INSECURE),
    Zone("no-nsec.tree.", faults=[faults.no_denial]),
    Zone("no-nsec3.tree.", (KeyPlan(13),), Nsec3(), faults=[faults.no_denial]),
    Zone("badnsec.tree.", faults=[faults.bad_signature("www", "NSEC"), faults.bad_signature("@", "NSEC")]),
)

SIGNATURES = (
    Zone("expired.tree.", inception=-30 * DAY, expiration=-4 * DAY, status=BOGUS),
    Zone("just-expired.tree.", inception=-30 * DAY, expiration=-HOUR),
    Zone("future.tree.", inception=5 * DAY, expiration=35 * DAY, status=BOGUS),
    Zone("near-future.tree.", inception=HOUR, expiration=30 * DAY),
    Zone("badsig.tree.", faults=[faults.bad_signature("www", "A")], status=BOGUS),
    Zone("badsig-beside.tree.", faults=[faults.bad_signature_beside("www", "A")]),
    Zone("badkeysig.tree.", faults=[faults.bad_signature("@", "DNSKEY")], status=BOGUS),
    Zone("badsoa.tree.", faults=[faults.bad_signature("@", "SOA")]),
    Zone("nosig.tree.", faults=[faults.no_signature("www", "A")], status=BOGUS),
    Zone("nokeysig.tree.", faults=[faults.no_signature("@", "DNSKEY")], status=BOGUS),
    Zone("otherdata.tree.", faults=[faults.other_data("www", "A", "192.0.2.66")], status=BOGUS),
    Zone("othersigner.tree.", status=BOGUS, faults=[
        faults.changed_signature("www", "A", signer=lambda signer: signer.parent())]),
    Zone("labels.tree.", status=BOGUS, faults=[faults.changed_signature("www", "A", labels=2)]),
    Zone("tag.tree.", status=BOGUS, faults=[
        faults.changed_signature("www", "A", key_tag=lambda tag: tag ^ 1)]),
    Zone("sig99.tree.", status=BOGUS, faults=[faults.changed_signature("www", "A", algorithm=99)]),
    Zone("ttl.tree.", faults=[faults.ttl("www", "A", 86400)]),
    Zone("short-life.tree.", inception=-HOUR, expiration=HOUR),
)

CHAINS = (
    Zone("chain.tree.", (KeyPlan(13),), content=_CHAINS),
    Zone("chain.hash.", (KeyPlan(13),), Nsec3(), "bind", content=_CHAINS),
    Zone("chain.plain.", (), content=_CHAINS, status=INSECURE),
    Zone("dname.tree.", content="@ IN DNAME a13.tree.", server="ns.tree."),  # nothing can be below it
)

ZONES = (*TOP, *ALGORITHMS, *DELEGATIONS, *KEYS, *DENIAL, *SIGNATURES, *CHAINS)
