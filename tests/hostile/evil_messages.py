"""Messages that are made to cost a reader dearly, or to lead it astray: queries of clients, replies of upstreams."""

import struct

from raw_dns import (A, CNAME, HEADER, NS, OPT, QR, RA, RD, address_record, asked_name, message,
                     question_end, record, wire_name)

NAME = "www.alpha.example"
QUESTION = wire_name(NAME) + b"\0\1\0\1"
_ID = b"\0\7"


def opt(options: bytes, size: int = 1232) -> bytes:
    return record(b"\0", OPT, options, ttl=0, klass=size)


def many_options(count: int) -> bytes:
    """Of a code that nobody knows."""
    return opt(count * struct.pack("!HH", 65001, 0))


def pointer_chains(most: int, begin: int, hops: int = 120) -> list[bytes]:
    """Records whose owners all lead through a chain of pointers, which the first one holds; `begin` is where it
    begins."""
    chain, target = b"", HEADER
    at = begin + 11
    for _ in range(hops):
        chain += struct.pack("!H", 0xC000 | target)
        target, at = at, at + 2
    first = record(b"\0", 65280, chain)
    return [first, *[record(struct.pack("!H", 0xC000 | target), 65280, b"")] * ((most - begin - len(first)) // 12)]


def many_labels(count: int, begin: int, rdata: int = 0) -> list[bytes]:
    """Records whose owners all point to that of the first one, which has 120 labels; `begin` is where it begins."""
    first = record(120 * b"\1a" + b"\0", 65280, b"")
    return [first, *[record(struct.pack("!H", 0xC000 | begin), 65280, rdata * b"x")] * (count - 1)]


def name_table(most: int) -> list[bytes]:
    """Records with names of 255 octets, none like another."""
    def long_name(number: int) -> bytes:
        return b"".join(b"\x3f" + f"{number:063}".encode() for _ in range(3)) + b"\x3d" + 61 * b"x" + b"\0"

    return [record(long_name(number), NS, long_name(number + 100_000)) for number in range(most // 522)]


def of_client(flags: int = RD, question: bytes = QUESTION, additional: list[bytes] = (), **more) -> bytes:
    return message(_ID, flags, question, additional=additional, **more)


#: Over TCP all of them, over UDP those that fit. None has an answer in it for anybody.
QUERIES = {
    "no question": of_client(question=b"", questions=0),
    "two questions": of_client(question=2 * QUESTION, questions=2),
    "65,535 questions": of_client(questions=65535),
    "compression loop": of_client(question=b"\xc0\x0c\0\1\0\1"),
    "pointer forwards": of_client(question=b"\xc0\x20\0\1\0\1" + 20 * b"\0"),
    "pointer past the end": of_client(question=b"\xff\xff\0\1\0\1"),
    "label of 64 octets": of_client(question=b"\x40" + 64 * b"a" + b"\0\0\1\0\1"),
    "name of 256 octets": of_client(question=4 * (b"\x3f" + 63 * b"a") + b"\0\0\1\0\1"),
    "name that does not end": of_client(question=b"\x3fabc"),
    "65,535 records that are not there": of_client()[:10] + b"\xff\xff" + QUESTION,
    "two OPT": of_client(additional=[opt(b""), opt(b"")]),
    "OPT of another owner": of_client(additional=[record(wire_name("x"), OPT, b"", 0, 1232)]),
    "option past the end": of_client(additional=[opt(b"\0\3\xff\xff")]),
    "280 options": of_client(additional=[many_options(280)]),
    "4,000 options": of_client(additional=[many_options(4_000)]),
    "1 KB of pointer chains": of_client(additional=pointer_chains(1_200, HEADER + len(QUESTION))),
    "64 KB of pointer chains": of_client(additional=pointer_chains(16_000, HEADER + len(QUESTION)) * 4)[:65_535],
    "64 KB of names": of_client(additional=name_table(65_000)),
    "64 KB of zeros": of_client() + 65_000 * b"\0",
    "64 KB of 0xff": of_client()[:12] + 65_000 * b"\xff",
    "opcode 15": of_client(flags=15 << 11),
    "all flags but QR": of_client(flags=0x7FFF),
    "class 65535": of_client(question=QUESTION[:-2] + b"\xff\xff"),
    "type 65535": of_client(question=QUESTION[:-4] + b"\xff\xff\0\1"),
    "type AXFR": of_client(question=QUESTION[:-4] + b"\0\xfc\0\1"),
    "a response": of_client(flags=QR | RD),
}


def reply_with(asked: bytes, answer: list[bytes] = (), authority: list[bytes] = (), additional: list[bytes] = (),
               flags: int = QR | RD | RA, **more) -> bytes:
    return message(asked[:2], flags, asked[HEADER:question_end(asked)], answer, authority, additional, **more)


def after_question(asked: bytes) -> int:
    return question_end(asked)


def alias_chain(asked: bytes, links: int, loop: bool = False) -> bytes:
    """From the question over `links` aliases to an address, or back."""
    names = [b"\xc0\x0c", *[wire_name(f"c{number}.{asked_name(asked)}") for number in range(1, links + 1)]]
    chain = [record(owner, CNAME, target) for owner, target in zip(names, names[1:])]
    end = record(names[-1], CNAME, wire_name(asked_name(asked))) if loop else address_record("203.0.113.66", names[-1])
    return reply_with(asked, [*chain, end])


#: By what they are: what the upstream makes of a query. None of them has the answer.
REPLIES = {
    "compression loop": lambda asked: reply_with(asked, [b"\xc0" + bytes([after_question(asked)]) + QUESTION]),
    "pointer forwards": lambda asked: reply_with(asked, [address_record("203.0.113.66", b"\xc0\xff") + 300 * b"\0"]),
    "no question": lambda asked: message(asked[:2], QR | RD | RA, b"", [address_record("203.0.113.66", b"\0")]),
    "two questions": lambda asked: message(asked[:2], QR | RD | RA, 2 * asked[HEADER:question_end(asked)],
                                           [address_record("203.0.113.66")], questions=2),
    "65,535 questions": lambda asked: reply_with(asked, [address_record("203.0.113.66")], questions=65535),
    "4,000 options": lambda asked: reply_with(asked, additional=[many_options(4_000)]),
    "16,000 options": lambda asked: reply_with(asked, additional=[many_options(16_000)]),
    "64 KB of pointer chains": lambda asked: reply_with(
        asked, pointer_chains(60_000, after_question(asked))),
    "64 KB of chains of 16 pointers": lambda asked: reply_with(
        asked, pointer_chains(60_000, after_question(asked), hops=15)),
    "64 KB of names of 120 labels": lambda asked: reply_with(asked, many_labels(5_000, after_question(asked))),
    "60 KB, names of 120 labels": lambda asked: reply_with(asked, many_labels(580, after_question(asked), 90)),
    "64 KB of names": lambda asked: reply_with(asked, authority=name_table(65_000)),
    "64 KB of unrelated records": lambda asked: reply_with(
        asked, [address_record("203.0.113.66", wire_name(f"n{number}.victim.example")) for number in range(1_500)]),
    "label of 64 octets": lambda asked: reply_with(
        asked, [address_record("203.0.113.66", b"\x40" + 64 * b"a" + b"\0")]),
    "name of 256 octets": lambda asked: reply_with(
        asked, [record(b"\xc0\x0c", CNAME, 4 * (b"\x3f" + 63 * b"a") + b"\0")]),
    "alias that points at itself": lambda asked: reply_with(asked, [record(b"\xc0\x0c", CNAME, b"\xc0\x0c")]),
    "alias loop over two": lambda asked: alias_chain(asked, 1, loop=True),
    "alias loop over ten": lambda asked: alias_chain(asked, 10, loop=True),
    "chain of 100 aliases": lambda asked: alias_chain(asked, 100),
    "chain of 1,000 aliases": lambda asked: alias_chain(asked, 1_000),
    "RDATA of the wrong length": lambda asked: reply_with(asked, [record(b"\xc0\x0c", A, b"\1\2\3")]),
    "65,535 records that are not there": lambda asked: reply_with(asked)[:6] + b"\xff\xff" + reply_with(asked)[8:],
}
