"""Keys and certificates for tests, made with the openssl command in a directory of their own."""

import pathlib
import subprocess


def openssl(*arguments, directory=None, stdin=None):
    """Runs the openssl command; raises with what it wrote when it fails."""
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=directory, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(map(str, arguments))}: {done.stderr.decode(errors='replace')}")
    return done.stdout


class Authority:
    """A certificate authority in a directory; what it issues lies there as NAME.key and NAME.pem."""

    def __init__(self, directory, name="authority", signer=None):
        self.directory, self.name = pathlib.Path(directory), name
        self.certificate = self.directory / f"{name}.pem"
        self.key = self.directory / f"{name}.key"
        make_key(self.key)
        extensions = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign,cRLSign"]
        if signer is None:
            openssl("req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={name}", "-days", 30, "-out",
                    self.certificate, *extensions)
        else:
            signer.sign(name, self.key, f"/CN={name}", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign")

    def issue(self, name, subject=None, algorithm="EC", usage="serverAuth", begins=None, ends=None):
        """Returns the paths of certificate and key."""
        key = self.directory / f"{name}.key"
        make_key(key, algorithm)
        text = f"extendedKeyUsage={usage}\nsubjectAltName=DNS:localhost,IP:127.0.0.1"
        return self.sign(name, key, subject or f"/CN={name}", text, begins, ends), key

    def sign(self, name, key, subject, extensions, begins=None, ends=None):
        request = openssl("req", "-new", "-key", key, "-subj", subject)
        certificate = self.directory / f"{name}.pem"
        (self.directory / f"{name}.ext").write_text(extensions + "\n", encoding="ascii")
        if begins is None:
            openssl("x509", "-req", "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", 30,
                    "-extfile", self.directory / f"{name}.ext", "-out", certificate, stdin=request)
            return certificate
        # Only `openssl ca` takes dates.
        work = self.directory / f"{name}.ca"
        work.mkdir()
        (work / "index").touch()
        (work / "serial").write_text("1000\n", encoding="ascii")
        (work / "conf").write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={work}/index\nserial={work}/serial\nnew_certs_dir={work}\n"
            "default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n", encoding="ascii")
        (work / "request").write_bytes(request)
        openssl("ca", "-batch", "-notext", "-config", work / "conf", "-cert", self.certificate, "-keyfile", self.key,
                "-startdate", begins, "-enddate", ends, "-extfile", self.directory / f"{name}.ext", "-in",
                work / "request", "-out", certificate)
        return certificate


def make_key(path, algorithm="EC"):
    options = {"EC": ("EC", "ec_paramgen_curve:P-256"), "RSA": ("RSA", "rsa_keygen_bits:2048"),
               "RSA-1024": ("RSA", "rsa_keygen_bits:1024"), "RSA-PSS": ("RSA-PSS", "rsa_keygen_bits:2048"),
               "Ed25519": ("ED25519", None)}[algorithm]
    arguments = ["genpkey", "-algorithm", options[0], "-out", path]
    openssl(*arguments, *(["-pkeyopt", options[1]] if options[1] else []))


def self_signed(directory, name, algorithm="EC", *more):
    """Returns the paths of certificate and key."""
    directory = pathlib.Path(directory)
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    make_key(key, algorithm)
    openssl("req", "-x509", "-new", "-key", key, "-subj", f"/CN={name}", "-days", 30, "-out", certificate, *more)
    return certificate, key
