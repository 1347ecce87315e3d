//! A server that misbehaves in a reproducible way, plain or over TLS, on its own threads.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::transport::provider::provider;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::{Domain, SockRef, Socket, Type};

/// The behavior of the server for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Behavior {
    /// Responds.
    Answer(CannedResponse),
    /// Responds, then closes the connection without having announced it.
    AnswerAndClose(CannedResponse),
    /// Does not read the request; the connection stays open and silent.
    HangBeforeRead,
    /// Reads the request and never responds.
    HangAfterRead,
    /// Reads the request, then resets the connection without responding.
    Reset,
    /// Sends the headers of the response, then resets the connection.
    ResetAfterHeaders(CannedResponse),
    /// Sends half of the response body, then resets the connection.
    ResetInBody(CannedResponse),
    /// Sends half of the response body, then closes the connection in order.
    CloseInBody(CannedResponse),
    /// Sends the response body byte by byte, 100 ms apart.
    Drip(CannedResponse),
    /// Sends a `Content-Length` shorter than the response body.
    WrongLength(CannedResponse),
    /// Sends these bytes, then closes the connection.
    Raw(&'static [u8]),
    /// Closes the connection before the TLS handshake.
    CutHandshake,
}

/// A response to send.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CannedResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers, except `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl CannedResponse {
    /// Creates a response with this status and body.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    fn head(&self, length: usize) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("HTTP/1.1 {} Status\r\n{headers}Content-Length: {length}\r\n\r\n", self.status)
    }
}

/// A request as received.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The request line and headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

/// The certificate of a TLS server, and a certificate authority.
pub struct Identity {
    config: Arc<ServerConfig>,
    authority: String,
}

impl Identity {
    /// Creates a valid certificate for `localhost`.
    ///
    /// # Errors
    ///
    /// Returns an error if the certificate cannot be created.
    pub fn good() -> io::Result<Self> {
        Self::signed("localhost", (2020, 2999))
    }

    /// Creates an expired certificate.
    ///
    /// # Errors
    ///
    /// Returns an error if the certificate cannot be created.
    pub fn expired() -> io::Result<Self> {
        Self::signed("localhost", (2020, 2021))
    }

    /// Creates a certificate for another host.
    ///
    /// # Errors
    ///
    /// Returns an error if the certificate cannot be created.
    pub fn wrong_host() -> io::Result<Self> {
        Self::signed("other.example", (2020, 2999))
    }

    /// Creates a self-signed certificate, with an unrelated authority.
    ///
    /// # Errors
    ///
    /// Returns an error if the certificate cannot be created.
    pub fn self_signed() -> io::Result<Self> {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
        let config = config(own.cert.der().clone(), own.signing_key.serialize_der())?;
        Ok(Self { config, authority: authority()?.pem() })
    }

    fn signed(host: &str, (from, to): (i32, i32)) -> io::Result<Self> {
        let authority = authority()?;
        let mut params = CertificateParams::new([host.to_owned()]).map_err(io::Error::other)?;
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &authority).map_err(io::Error::other)?;
        let config = config(certificate.der().clone(), key.serialize_der())?;
        Ok(Self { config, authority: authority.pem() })
    }

    /// Returns the certificate of the authority, as PEM.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

fn authority() -> io::Result<CertifiedIssuer<'static, KeyPair>> {
    let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "An authority of a test's own");
    let key = KeyPair::generate().map_err(io::Error::other)?;
    CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)
}

fn config(certificate: rustls::pki_types::CertificateDer<'static>, key: Vec<u8>) -> io::Result<Arc<ServerConfig>> {
    let provider = provider().map_err(io::Error::other)?;
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(io::Error::other)?.with_no_client_auth();
    let key = PrivateKeyDer::try_from(key).map_err(io::Error::other)?;
    Ok(Arc::new(builder.with_single_cert(vec![certificate], key).map_err(io::Error::other)?))
}

/// A server on this machine that follows a plan: it responds, hangs, or breaks the connection.
///
/// ```
/// use scaleengine_http::test_util::{Behavior, CannedResponse, TestServer};
///
/// let answer = CannedResponse::new(200, r#"{"status":"success"}"#);
/// let server = TestServer::plain([Behavior::Reset, Behavior::Answer(answer)])?;
/// println!("{} resets the first request and responds to the others", server.url());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TestServer {
    address: SocketAddr,
    scheme: &'static str,
    seen: Arc<Mutex<Seen>>,
    /// The listener and the connections that keep its backlog full.
    full: Option<Arc<(TcpListener, Vec<TcpStream>)>>,
}

#[derive(Debug, Default)]
struct Seen {
    plan: VecDeque<Behavior>,
    /// The requests, each with the number of its connection.
    requests: Vec<(usize, ReceivedRequest)>,
    connections: usize,
}

impl TestServer {
    /// Starts a server. Each request gets the next behavior of the plan; the last one applies to
    /// all further requests.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is available.
    pub fn plain(plan: impl IntoIterator<Item = Behavior>) -> io::Result<Self> {
        Self::start(plan, None)
    }

    /// Starts a server over TLS.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is available.
    pub fn tls(plan: impl IntoIterator<Item = Behavior>, identity: &Identity) -> io::Result<Self> {
        Self::start(plan, Some(Arc::clone(&identity.config)))
    }

    /// Starts a server that accepts no more connections: connecting to it hangs until the client
    /// gives up.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is available, or if connecting does not hang on this system.
    pub fn full() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        socket.listen(1)?;
        let listener = TcpListener::from(socket);
        let address = listener.local_addr()?;
        let mut held = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            held.push(stream);
            if held.len() > 64 {
                return Err(io::Error::other("the backlog of this system cannot be filled"));
            }
        }
        let full = Some(Arc::new((listener, held)));
        Ok(Self { address, scheme: "http", seen: Arc::default(), full })
    }

    /// An address at which no server listens. Its port is reserved, since the system may assign a
    /// closed port to another program.
    pub const NOBODY: &str = "http://127.0.0.1:1/stable/";

    fn start(plan: impl IntoIterator<Item = Behavior>, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let seen = Arc::new(Mutex::new(Seen { plan: plan.into_iter().collect(), ..Seen::default() }));
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, tls) = (Arc::clone(&shared), tls.clone());
                let number = {
                    let mut seen = lock(&seen);
                    seen.connections += 1;
                    seen.connections
                };
                // The error of a broken connection is intended.
                thread::spawn(move || serve(&stream, number, tls, &seen));
            }
        });
        Ok(Self { address, scheme, seen, full: None })
    }

    /// Returns whether the server accepts no more connections.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full.is_some()
    }

    /// Returns the URL of the server, for use as the API address.
    #[must_use]
    pub fn url(&self) -> String {
        // `localhost` may also have an IPv6 address without a listener: the client's error would
        // depend on which address fails first.
        let host = if self.is_full() { "127.0.0.1" } else { "localhost" };
        format!("{}://{host}:{}/stable/", self.scheme, self.address.port())
    }

    /// Returns host and port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the complete requests, in the order of their connections: on a busy machine a later
    /// one may be read first.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        let mut requests = lock(&self.seen).requests.clone();
        requests.sort_by_key(|(connection, _)| *connection);
        requests.into_iter().map(|(_, request)| request).collect()
    }

    /// Returns the number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        lock(&self.seen).connections
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection, plain or not.
trait Connection: Read + Write {}

impl<T: Read + Write> Connection for T {}

fn serve(stream: &TcpStream, number: usize, tls: Option<Arc<ServerConfig>>, seen: &Mutex<Seen>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    if lock(seen).plan.front() == Some(&Behavior::CutHandshake) {
        return Ok(());
    }
    let mut connection: Box<dyn Connection + '_> = match tls {
        None => Box::new(stream),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            Box::new(StreamOwned::new(connection, stream))
        }
    };
    loop {
        if lock(seen).plan.front() == Some(&Behavior::HangBeforeRead) {
            return hang(stream);
        }
        let Some(request) = read(&mut connection)? else { return Ok(()) };
        let fault = {
            let mut seen = lock(seen);
            seen.requests.push((number, request));
            let next = seen.plan.front().cloned();
            if seen.plan.len() > 1 {
                seen.plan.pop_front();
            }
            next
        };
        let half =
            |response: &CannedResponse| response.body.iter().copied().take(response.body.len() / 2).collect::<Vec<_>>();
        match fault {
            Some(Behavior::Answer(response)) => {
                connection.write_all(&[response.head(response.body.len()).as_bytes(), &response.body].concat())?;
                connection.flush()?;
            }
            Some(Behavior::AnswerAndClose(response)) => {
                connection.write_all(&[response.head(response.body.len()).as_bytes(), &response.body].concat())?;
                return connection.flush();
            }
            Some(Behavior::HangAfterRead) => return hang(stream),
            Some(Behavior::ResetAfterHeaders(response)) => {
                connection.write_all(response.head(response.body.len()).as_bytes())?;
                return reset(connection, stream);
            }
            Some(Behavior::ResetInBody(response)) => {
                connection.write_all(response.head(response.body.len()).as_bytes())?;
                connection.write_all(&half(&response))?;
                return reset(connection, stream);
            }
            Some(Behavior::CloseInBody(response)) => {
                connection.write_all(response.head(response.body.len()).as_bytes())?;
                connection.write_all(&half(&response))?;
                return connection.flush();
            }
            Some(Behavior::Drip(response)) => {
                connection.write_all(response.head(response.body.len()).as_bytes())?;
                for byte in response.body {
                    connection.write_all(&[byte])?;
                    connection.flush()?;
                    pause(Duration::from_millis(100));
                }
            }
            Some(Behavior::WrongLength(response)) => {
                connection.write_all(response.head(response.body.len() / 2).as_bytes())?;
                connection.write_all(&response.body)?;
                return connection.flush();
            }
            Some(Behavior::Raw(bytes)) => {
                connection.write_all(bytes)?;
                return connection.flush();
            }
            _ => return reset(connection, stream),
        }
    }
}

/// The longest time that a silent connection is held: the client under test may have no timeout.
/// **Chosen.**
pub(super) const LONGEST_HANG: Duration = Duration::from_secs(10);

/// Holds the connection until the client closes it.
fn hang(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(LONGEST_HANG))?;
    match io::copy(&mut stream, &mut io::sink()) {
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(()),
        copied => copied.map(|_| ()),
    }
}

/// Resets the connection with a real RST, after flushing the data sent so far.
fn reset(mut connection: Box<dyn Connection + '_>, stream: &TcpStream) -> io::Result<()> {
    connection.flush()?;
    drop(connection);
    // The client must read the data before the reset discards it.
    pause(Duration::from_millis(20));
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

#[expect(clippy::disallowed_methods, reason = "the server runs in real time")]
fn pause(time: Duration) {
    thread::sleep(time);
}

/// Reads a request to the end of its body; `None` if the connection ends before.
fn read(connection: &mut impl Read) -> io::Result<Option<ReceivedRequest>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some((head, body)) = split(&bytes) {
            let head = String::from_utf8_lossy(head).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if let Some(body) = body.get(..length.unwrap_or(0)) {
                return Ok(Some(ReceivedRequest { body: body.to_vec(), head }));
            }
        }
        match connection.read(&mut buffer)? {
            0 => return Ok(None),
            count => bytes.extend(buffer.iter().take(count)),
        }
    }
}

/// Splits head and body, once the blank line between them was received.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, rest) = bytes.split_at_checked(end)?;
    Some((head, rest.get(4..)?))
}
