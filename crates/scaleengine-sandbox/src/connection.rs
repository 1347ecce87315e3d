//! Connections that faults can break, below the HTTP layer.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Sleep;

use crate::clock;

/// The time after which a connection without a byte from the client is closed. **Chosen**: an idle
/// client must not hold a connection forever.
const IDLE: Duration = Duration::from_secs(60);

/// A change to the bytes of the next response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Resets the connection instead.
    Reset,
    /// Closes the connection after this number of bytes.
    Cut(usize),
    /// Sends one byte per interval.
    Drip(Duration),
    /// Sends bytes that are not HTTP instead, and closes the connection.
    Garbage,
}

/// A handle to the connection of a request.
#[derive(Clone, Default)]
pub(crate) struct Handle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    script: Mutex<Option<Break>>,
    /// Whether a request is being handled. The idle limit does not apply then.
    busy: AtomicBool,
    /// Whether the client is on this machine.
    local: AtomicBool,
}

/// Marks its connection as busy until it is dropped.
pub(crate) struct Busy(Handle);

impl Handle {
    pub(crate) fn set(&self, script: Break) {
        *self.0.script.lock().unwrap_or_else(PoisonError::into_inner) = Some(script);
    }

    /// Starts a request. A break that was set for an earlier response does not apply to it.
    pub(crate) fn begin(&self) -> Busy {
        *self.0.script.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.busy.store(true, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// Returns whether the client is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.0.local.load(Ordering::Relaxed)
    }

    fn get(&self) -> Option<Break> {
        *self.0.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waits_for_client(&self) -> bool {
        !self.0.busy.load(Ordering::Relaxed) && self.get().is_none()
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.busy.store(false, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, Doorway>> for Handle {
    fn connect_info(stream: IncomingStream<'_, Doorway>) -> Self {
        stream.io().handle.clone()
    }
}

/// A listener that counts its connections. They end when the sandbox is dropped.
pub(crate) struct Doorway {
    pub(crate) listener: TcpListener,
    pub(crate) count: Arc<AtomicUsize>,
    /// Closes when the sandbox is dropped.
    pub(crate) open: watch::Receiver<()>,
}

impl Listener for Doorway {
    type Io = Connection;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Connection, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        self.count.fetch_add(1, Ordering::Relaxed);
        // Responses are small and must be sent at once.
        let _ = stream.set_nodelay(true);
        let mut open = self.open.clone();
        let closed = Box::pin(async move { while open.changed().await.is_ok() {} });
        let idle = Box::pin(clock::sleep(IDLE));
        let handle = Handle::default();
        handle.0.local.store(address.ip().to_canonical().is_loopback(), Ordering::Relaxed);
        (Connection { stream, handle, closed, idle, pause: None, written: 0 }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    handle: Handle,
    closed: Pin<Box<dyn Future<Output = ()> + Send>>,
    idle: Pin<Box<Sleep>>,
    /// The wait until the next byte of `Break::Drip`.
    pause: Option<Pin<Box<Sleep>>>,
    /// The number of bytes of the broken response that were sent.
    written: usize,
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.closed.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_ready() || !self.handle.waits_for_client() {
            self.idle.as_mut().reset(clock::later(IDLE));
            return read;
        }
        match self.idle.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Connection {
    /// Resets the connection: with a linger time of 0, closing sends a RST.
    fn reset(&self) -> io::Error {
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::ConnectionReset.into()
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let piece = match self.handle.get() {
            None => {
                self.written = 0;
                return Pin::new(&mut self.stream).poll_write(cx, bytes);
            }
            Some(Break::Reset) => return Poll::Ready(Err(self.reset())),
            Some(Break::Cut(after)) => match after.saturating_sub(self.written) {
                0 => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                left => bytes.get(..left.min(bytes.len())).unwrap_or_default(),
            },
            Some(Break::Garbage) if self.written > 0 => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Some(Break::Garbage) => {
                let noise = b"\x00\xff garbage, and no HTTP \xfe\x01\r\n\r\n";
                let sent = std::task::ready!(Pin::new(&mut self.stream).poll_write(cx, noise))?;
                self.written += sent;
                // Claim that all bytes were written, so that the HTTP layer only flushes.
                return Poll::Ready(Ok(bytes.len()));
            }
            Some(Break::Drip(every)) => {
                if let Some(pause) = &mut self.pause {
                    std::task::ready!(pause.as_mut().poll(cx));
                }
                self.pause = Some(Box::pin(clock::sleep(every)));
                bytes.get(..1.min(bytes.len())).unwrap_or_default()
            }
        };
        let written = std::task::ready!(Pin::new(&mut self.stream).poll_write(cx, piece))?;
        self.written += written;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
