"""A certificate authority of the tests' own, and the good and bad certificates it issues."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CA_CONFIG = """
[ca]
default_ca = here
[here]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@dataclass(frozen=True)
class Certificate:
    chain: Path
    key: Path


class Authority:
    """`ca_file` is what a client has to trust."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.ca_file = folder / "ca.pem"
        (folder / "ca.cnf").write_text(_CA_CONFIG)
        (folder / "index.txt").touch()
        _openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Tributary test authority",
                 "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, host: str, *, expired: bool = False) -> Certificate:
        """For `host` and for both loopback addresses; `expired` ones ran out in 2021."""
        stem = host + ("-expired" if expired else "")
        _openssl(self._folder, "req", "-new", *self._new_key(stem), "-subj", f"/CN={host}", *self._names(host),
                 "-out", f"{stem}.csr")
        life = ["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"] if expired else ["-days", "2"]
        _openssl(self._folder, "ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                 "-notext", *life, "-in", f"{stem}.csr", "-out", f"{stem}.pem")
        return self._certificate(stem)

    def issue_self_signed(self, host: str) -> Certificate:
        """Right in all but that nobody vouches for it."""
        stem = f"{host}-self-signed"
        _openssl(self._folder, "req", "-x509", *self._new_key(stem), "-subj", f"/CN={host}", *self._names(host),
                 "-days", "2", "-out", f"{stem}.pem")
        return self._certificate(stem)

    @staticmethod
    def _new_key(stem: str) -> list[str]:
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{stem}.key"]

    @staticmethod
    def _names(host: str) -> list[str]:
        return ["-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1,IP:::1"]

    def _certificate(self, stem: str) -> Certificate:
        return Certificate(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
