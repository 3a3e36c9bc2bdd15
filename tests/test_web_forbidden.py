"""Addresses that may not be asked: each is refused in a line, and nothing is connected to."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from index.errors import AddressError
from index.web.addresses import web_address
from index.web.fetching import Fetcher, UnreachableError
from index.web.public import is_public
from tests.websites import moved, page, website
from ui.main import main

PUBLIC = "93.184.215.14"


class Listening:
    """A socket of this machine that notices whoever connects."""

    def __init__(self, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, 0), family=family)
        self._socket.settimeout(0.05)
        self.port = self._socket.getsockname()[1]

    def was_reached(self):
        try:
            self._socket.accept()[0].close()
        except TimeoutError:
            return False
        return True

    def close(self):
        self._socket.close()


@pytest.fixture(scope="module")
def trap():
    listening = Listening()
    yield listening
    listening.close()


@pytest.fixture
def connections(monkeypatch):
    """Every number that anything tried to connect to."""
    tried = []
    connect = socket.socket.connect

    def noticed(self, address):
        tried.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noticed)
    return tried


# every form in which the loopback, a network of one's own, or what is no host at all was written
FORBIDDEN = """
http://127.0.0.1:{port}/
http://127.0.0.1.:{port}/
http://127.1:{port}/
http://127.0.1:{port}/
http://127.1.1.1:{port}/
http://0:{port}/
http://0.0.0.0:{port}/
http://2130706433:{port}/
http://017700000001:{port}/
http://0x7f000001:{port}/
http://0x7f.0.0.1:{port}/
http://0x7f.1:{port}/
http://0177.0.0.1:{port}/
http://0177.0.0.01:{port}/
http://127.0.0.01:{port}/
http://127.0.0.0x1:{port}/
http://127.000.000.001:{port}/
http://4294967297:{port}/
http://localhost:{port}/
http://LOCALHOST:{port}/
http://localhost.:{port}/
http://a.localhost:{port}/
http://localhost.localdomain:{port}/
http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/
http://ｌｏｃａｌｈｏｓｔ:{port}/
http://localhoﬆ:{port}/
http://LOCALHOſT:{port}/
http://１２７.0.0.1:{port}/
http://127。0。0。1:{port}/
http://①②⑦.0.0.1:{port}/
http://%31%32%37.0.0.1:{port}/
http://127.0.0.1%00.example.org:{port}/
http://[::1]:{port}/
http://[0:0:0:0:0:0:0:1]:{port}/
http://[::]:{port}/
http://[::ffff:127.0.0.1]:{port}/
http://[::ffff:7f00:1]:{port}/
http://[::127.0.0.1]:{port}/
http://[64:ff9b::127.0.0.1]:{port}/
http://[64:ff9b:1::7f00:1]:{port}/
http://[2002:7f00:1::]:{port}/
http://[2001:0:7f00:1::]:{port}/
http://[fe80::1]:{port}/
http://[fe80::1%25lo]:{port}/
http://[::1%25lo]:{port}/
http://[fc00::1]:{port}/
http://[fd00:ec2::254]/latest/meta-data/
http://[fec0::1]/
http://[ff02::1]/
http://[2001:db8::1]/
http://[100::1]/
http://[::1/
http://::1:{port}/
http://169.254.169.254/latest/meta-data/
http://2852039166/latest/meta-data/
http://0xa9fea9fe/latest/meta-data/
http://[::ffff:169.254.169.254]/
http://metadata.google.internal/computeMetadata/v1/
http://100.100.100.200/latest/meta-data/
http://192.0.0.192/opc/v2/
http://10.0.0.1/
http://172.16.0.1/
http://192.168.1.1/
http://100.64.0.1/
http://198.18.0.1/
http://192.0.2.1/
http://224.0.0.1/
http://255.255.255.255/
http://240.0.0.1/
http://printer.local/
http://router.lan/
http://nas.home.arpa/
http://user:secret@example.org/
http://example.org@127.0.0.1:{port}/
http://127.0.0.1:{port}\\@example.org/
http://127.0.0.1:{port}#@example.org/
http://example.org:0/
http://example.org:99999/
http://example.org:80:{port}/
http:///127.0.0.1:{port}/
http:127.0.0.1:{port}/
http://
http://.example.org/
http://-example.org/
http://example..org/
http://example.org/%2e%2e/%2E./x
https://127.0.0.1:{port}/
HTTP://127.0.0.1:{port}/
file:///etc/passwd
file://127.0.0.1/etc/passwd
ftp://127.0.0.1:{port}/
gopher://127.0.0.1:{port}/_GET
dict://127.0.0.1:{port}/
ldap://127.0.0.1:{port}/
ws://127.0.0.1:{port}/
jar:http://127.0.0.1:{port}/!/
data:text/html,bees
javascript:alert(1)
view-source:http://127.0.0.1:{port}/
unix:///var/run/docker.sock
//127.0.0.1:{port}/
127.0.0.1:{port}
""".strip("\n").split("\n")
WITH_BLANKS = [
    "http://exa mple.org/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/\n",
    "http://example.org/\r\nHost:127.0.0.1",
    "ht\ntp://127.0.0.1:{port}/",
    "http://\t127.0.0.1:{port}/",
    "http://127.0.0.1\0.example.org:{port}/",
    "http://127.0.0.1\u3000:{port}/",
    "\x01http://127.0.0.1:{port}/",
]
FORBIDDEN += WITH_BLANKS


def ask(text, *, resolve=None, allow_private=False, may_lead=lambda to: None):
    options = {"resolve": resolve} if resolve else {}
    with Fetcher(allow_private=allow_private, **options) as fetcher:
        return fetcher.get(web_address(text), most_bytes=10**6, may_lead=may_lead)


def only_numbers(name, port):
    """Knows no names; of a number it gives the number, as the system does."""
    if not name.replace(".", "").isdigit() and ":" not in name:
        raise AssertionError(f"{name} was looked up")
    return [name]


def test_there_are_enough_forms():
    assert len(set(FORBIDDEN)) >= 60


@pytest.mark.parametrize("text", FORBIDDEN)
def test_every_form_of_a_forbidden_address_is_refused(text, trap, connections):
    with pytest.raises(AddressError) as refused:
        ask(text.replace("{port}", str(trap.port)), resolve=only_numbers)
    assert "\n" not in str(refused.value)
    assert connections == []


def test_none_of_them_was_connected_to(trap):
    assert not trap.was_reached()


@pytest.mark.parametrize(
    "numbers",
    [
        ["127.0.0.1"],
        ["::1"],
        ["169.254.169.254"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "fd00::1"],
        ["nonsense"],
    ],
)
def test_a_name_with_any_number_that_is_not_public_is_refused(numbers, connections):
    with pytest.raises(AddressError, match=r"rebound\.example .* is not public"):
        ask("http://rebound.example/", resolve=lambda name, port: numbers)
    assert connections == []


class Rebinding:
    """A name that is public when it is first looked up, and this machine from then on."""

    def __init__(self):
        self.asked = 0

    def __call__(self, name, port):
        self.asked += 1
        return [PUBLIC] if self.asked == 1 else ["127.0.0.1"]


def test_the_number_that_was_checked_is_the_one_that_is_connected_to(trap, monkeypatch):
    tried = []

    def refuse(self, address):
        tried.append(address)
        raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    resolve = Rebinding()
    with pytest.raises(UnreachableError):
        ask(f"http://rebound.example:{trap.port}/", resolve=resolve)
    assert (resolve.asked, tried) == (1, [(PUBLIC, trap.port)])
    with pytest.raises(AddressError, match="is not public"):
        ask(f"http://rebound.example:{trap.port}/", resolve=resolve)
    assert tried == [(PUBLIC, trap.port)]
    assert not trap.was_reached()


REDIRECTED = [
    "http://127.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://[::1]:{port}/",
    "http://localhost:{port}/",
    "http://169.254.169.254/",
    "//127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "data:text/html,x",
    "http://a:b@example.org/",
    "http://other.example/",
]


@pytest.mark.parametrize("to", REDIRECTED)
def test_a_redirect_is_checked_as_what_was_asked_first(to, trap, monkeypatch):
    to = to.replace("{port}", str(trap.port))
    with website({"/": moved(to)}) as server:
        port = int(server.origin.rpartition(":")[2])
        connect = socket.socket.connect

        def to_the_server(self, address):  # stands for the network that leads to PUBLIC
            assert address == (PUBLIC, port), "anything else was connected to"
            return connect(self, ("127.0.0.1", port))

        def resolve(name, port):
            return {"public.example": [PUBLIC], "other.example": ["10.0.0.1"]}.get(name, [name])

        monkeypatch.setattr(socket.socket, "connect", to_the_server)
        with pytest.raises(AddressError):
            ask(f"http://public.example:{port}/", resolve=resolve)
        assert server.asked == ["/"]
    assert not trap.was_reached()


@pytest.fixture
def certificate(tmp_path):
    """A certificate for public.example, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "public.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("public.example")]), False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path


def test_encryption_proves_the_name_and_not_the_number(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # whom this machine trusts
    with website({"/": page("Bees")}, certificate=certificate) as server:
        port = server.origin.rpartition(":")[2]
        options = {"resolve": lambda name, port: ["127.0.0.1"], "allow_private": True}
        assert ask(f"https://public.example:{port}/", **options).status == 200
        for host in ("other.example", "127.0.0.1"):
            with pytest.raises(UnreachableError, match="certificate verify failed"):
                ask(f"https://{host}:{port}/", **options)
        assert server.asked == ["/"]


def test_the_environment_says_nothing(monkeypatch, trap):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    with website({"/": page("Bees")}) as server:
        assert ask(f"{server.origin}/", allow_private=True).status == 200
    assert not trap.was_reached()


@pytest.mark.parametrize(
    ("number", "public"),
    [
        (PUBLIC, True),
        ("8.8.8.8", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::8.8.8.8", True),
        ("2002:808:808::", True),
        ("::8.8.8.8", False),
        ("192.88.99.1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_which_numbers_are_public(number, public):
    assert is_public(number) is public


def test_the_command_line_refuses_in_one_line(own_folder, capsys, trap):
    for text, said in [
        (f"http://127.0.0.1:{trap.port}/", "is not public, so it is not asked; --allow-private"),
        ("file:///etc/passwd", "http or https was expected"),
        ("http://u:p@example.org/", "has a name or password in it"),
    ]:
        assert main(["add", text, "--embedder", "hashing"]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert said in line
    assert not trap.was_reached()
