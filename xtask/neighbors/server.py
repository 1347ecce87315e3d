"""Serves plain HTTP, TLS, and TLS 1.2 only on loopback, with certificates that openssl creates in the given folder.

Prints the 3 ports. The response to a GET contains the parameters that the client offered in its hello, which change
with the crypto provider and rustls' features. The response to a POST is an API reply.
"""
import pathlib, socket, ssl, struct, subprocess, sys, threading, time

folder = pathlib.Path(sys.argv[1])
(folder / "openssl.cnf").write_text(
    "[req]\ndistinguished_name=dn\n[dn]\n"
    "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nsubjectKeyIdentifier=hash\n"
    "[server]\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n"
    "subjectAltName=DNS:localhost\nauthorityKeyIdentifier=keyid\n"
)


def openssl(name, section, *more):
    new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -config openssl.cnf".split()
    args = ["-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-extensions", section, *more]
    subprocess.run(new + args, cwd=folder, check=True, capture_output=True)


openssl("authority", "ca")
openssl("localhost", "server", "-CA", "authority.pem", "-CAkey", "authority.key")


def numbers(data, size=2):
    return "-".join(f"{int.from_bytes(data[at:at + size], 'big'):x}" for at in range(0, len(data), size))


def offered(connection):
    """Returns the suites, groups, signature schemes, versions and protocols in the hello, without consuming it."""
    hello, until = b"", time.monotonic() + 10
    while time.monotonic() < until and (len(hello) < 5 or len(hello) < 5 + struct.unpack("!H", hello[3:5])[0]):
        hello = connection.recv(65536, socket.MSG_PEEK)
        if not hello:
            return ""
    at = 43 + 1 + hello[43]
    size = struct.unpack("!H", hello[at:at + 2])[0]
    parts = {"suites": numbers(hello[at + 2:at + 2 + size])}
    at += 2 + size
    at += 1 + hello[at] + 2
    while at + 4 <= len(hello):
        kind, size = struct.unpack("!HH", hello[at:at + 4])
        data = hello[at + 4:at + 4 + size]
        at += 4 + size
        if kind == 10:
            parts["groups"] = numbers(data[2:])
        elif kind == 13:
            parts["schemes"] = numbers(data[2:])
        elif kind == 16:
            parts["protocols"] = repr(bytes(data[2:]))
        elif kind == 43:
            parts["versions"] = numbers(data[1:])
        elif kind == 51:
            parts["share"] = numbers(data[2:4])
    return " ".join(f"{name}={parts[name]}" for name in sorted(parts))


def answer(connection, context):
    try:
        connection.settimeout(10)
        view = "plain"
        if context:
            view = offered(connection)
            connection = context.wrap_socket(connection, server_side=True)
            view = f"{connection.version()} {view}"
        request = b""
        while b"\r\n\r\n" not in request:
            more = connection.recv(65536)
            if not more:
                return
            request += more
        if request.startswith(b"POST"):
            head, _, body = request.partition(b"\r\n\r\n")
            length = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            while len(body) < sum(length):
                body += connection.recv(65536)
            view = '{"status":"success"}'
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(view)}\r\nConnection: close\r\n\r\n"
        connection.sendall((head + view).encode())
        if context:
            connection.unwrap()
    except OSError:
        pass
    finally:
        connection.close()


def serve(context):
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            threading.Thread(target=answer, args=(listener.accept()[0], context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return str(listener.getsockname()[1])


def tls(**settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "localhost.pem", folder / "localhost.key")
    for name, value in settings.items():
        setattr(context, name, value)
    return context


print(serve(None), serve(tls()), serve(tls(maximum_version=ssl.TLSVersion.TLSv1_2)), flush=True)
sys.stdin.read()
