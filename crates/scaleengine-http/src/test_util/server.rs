//! A server that breaks on purpose, the same way each time. Plain or TLS, on threads of its own.

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

/// How a request is met.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Behavior {
    /// Answered.
    Answer(CannedResponse),
    /// Answered; then the connection is closed, which the answer does not announce.
    AnswerAndClose(CannedResponse),
    /// Not even read: the connection stays open and silent.
    HangBeforeRead,
    /// Read and never answered.
    HangAfterRead,
    /// Read; then the connection is reset, before a byte of the answer.
    Reset,
    /// The answer's headers are sent; then the connection is reset.
    ResetAfterHeaders(CannedResponse),
    /// Half of the answer's body is sent; then the connection is reset.
    ResetInBody(CannedResponse),
    /// Half of the answer's body is sent; then the connection is closed in order.
    CloseInBody(CannedResponse),
    /// The answer comes byte by byte, slower than anybody waits.
    Drip(CannedResponse),
    /// The answer says that it is shorter than it is.
    WrongLength(CannedResponse),
    /// These bytes are sent, and the connection is closed.
    Raw(&'static [u8]),
    /// The connection is cut before TLS has been agreed on.
    CutHandshake,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CannedResponse {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside the length of the body.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl CannedResponse {
    /// An answer of this status and body.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// With another header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With another status.
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

/// A request as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// Request line and headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Who a TLS server says it is, and the authority that vouches for it.
pub struct Identity {
    config: Arc<ServerConfig>,
    authority: String,
}

impl Identity {
    /// `localhost`, and nothing wrong with it.
    ///
    /// # Errors
    ///
    /// No certificate could be made.
    pub fn good() -> io::Result<Self> {
        Self::signed("localhost", (2020, 2999))
    }

    /// A certificate that has expired.
    ///
    /// # Errors
    ///
    /// As [`Identity::good`].
    pub fn expired() -> io::Result<Self> {
        Self::signed("localhost", (2020, 2021))
    }

    /// A certificate of another host.
    ///
    /// # Errors
    ///
    /// As [`Identity::good`].
    pub fn wrong_host() -> io::Result<Self> {
        Self::signed("other.example", (2020, 2999))
    }

    /// A certificate that nobody vouches for but itself; its authority is another.
    ///
    /// # Errors
    ///
    /// As [`Identity::good`].
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

    /// The certificate of the authority, as PEM.
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

/// A server on this machine that behaves according to a plan: it answers, hangs, or breaks the connection.
///
/// ```
/// use scaleengine_http::test_util::{Behavior, CannedResponse, TestServer};
///
/// let answer = CannedResponse::new(200, r#"{"status":"success"}"#);
/// let server = TestServer::plain([Behavior::Reset, Behavior::Answer(answer)])?;
/// println!("{} breaks the first request and answers the others", server.url());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TestServer {
    address: SocketAddr,
    scheme: &'static str,
    seen: Arc<Mutex<Seen>>,
    /// What keeps the backlog full.
    full: Option<Arc<(TcpListener, Vec<TcpStream>)>>,
}

#[derive(Debug, Default)]
struct Seen {
    plan: VecDeque<Behavior>,
    /// Each with the number of its connection.
    requests: Vec<(usize, ReceivedRequest)>,
    connections: usize,
}

impl TestServer {
    /// Starts a server. Each request meets the next behavior of the plan; the last one is for all further requests.
    ///
    /// # Errors
    ///
    /// No port could be had.
    pub fn plain(plan: impl IntoIterator<Item = Behavior>) -> io::Result<Self> {
        Self::start(plan, None)
    }

    /// Starts a server over TLS.
    ///
    /// # Errors
    ///
    /// No port could be had.
    pub fn tls(plan: impl IntoIterator<Item = Behavior>, identity: &Identity) -> io::Result<Self> {
        Self::start(plan, Some(Arc::clone(&identity.config)))
    }

    /// Starts a server that can take no more connections: connecting to it hangs until the client gives up.
    ///
    /// # Errors
    ///
    /// No port could be had, or connecting to it does not hang on this system.
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
                return Err(io::Error::other("the backlog of this system has no end"));
            }
        }
        let full = Some(Arc::new((listener, held)));
        Ok(Self { address, scheme: "http", seen: Arc::default(), full })
    }

    /// An address at which no server listens. Its port is a reserved one, since the system may give a closed port to another program.
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
                // A connection that breaks has done what it is for.
                thread::spawn(move || serve(&stream, number, tls, &seen));
            }
        });
        Ok(Self { address, scheme, seen, full: None })
    }

    /// Whether it takes no more connections.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full.is_some()
    }

    /// Its address, as that of the API.
    #[must_use]
    pub fn url(&self) -> String {
        // `localhost` may have an IPv6 address too, at which nobody listens: what a client reports then depends on which fails first.
        let host = if self.is_full() { "127.0.0.1" } else { "localhost" };
        format!("{}://{host}:{}/stable/", self.scheme, self.address.port())
    }

    /// Host and port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests that came in whole, in the order of their connections: on a busy machine a later one may be read first.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        let mut requests = lock(&self.seen).requests.clone();
        requests.sort_by_key(|(connection, _)| *connection);
        requests.into_iter().map(|(_, request)| request).collect()
    }

    /// How many connections there were.
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

/// How long a silent connection is held at most: the client under test may have no limit. **Chosen.**
pub(super) const LONGEST_HANG: Duration = Duration::from_secs(10);

/// Holds the connection until the client closes it.
fn hang(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(LONGEST_HANG))?;
    match io::copy(&mut stream, &mut io::sink()) {
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(()),
        copied => copied.map(|_| ()),
    }
}

/// A real RST: what was sent so far is on its way, and nothing is left to linger for.
fn reset(mut connection: Box<dyn Connection + '_>, stream: &TcpStream) -> io::Result<()> {
    connection.flush()?;
    drop(connection);
    // So that what was sent is read before the reset throws it away.
    pause(Duration::from_millis(20));
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

#[expect(clippy::disallowed_methods, reason = "the server's own pace")]
fn pause(time: Duration) {
    thread::sleep(time);
}

/// A request to the end of its body; none where the connection ends before it.
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

/// Head and body, once the blank line between them has come.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, rest) = bytes.split_at_checked(end)?;
    Some((head, rest.get(4..)?))
}
