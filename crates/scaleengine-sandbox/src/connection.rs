//! Connections that can be broken on purpose: what HTTP itself cannot do is done beneath it.

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

/// For how long a connection may stay without a byte from the client. **Chosen**, so that what is sent never cannot hold one.
const IDLE: Duration = Duration::from_secs(60);

/// What happens to the bytes of the next answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// The connection is reset instead.
    Reset,
    /// It is closed after so many bytes.
    Cut(usize),
    /// One byte goes out in every interval.
    Drip(Duration),
    /// Bytes that are no HTTP go out instead, and it is closed.
    Garbage,
}

/// A handler's hold on the connection that its request came by.
#[derive(Clone, Default)]
pub(crate) struct Handle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    script: Mutex<Option<Break>>,
    /// Whether a request is being answered: then it is not the client that is waited for.
    busy: AtomicBool,
    /// Whether the client is on this machine.
    local: AtomicBool,
}

/// Until it is dropped, a request is being answered.
pub(crate) struct Busy(Handle);

impl Handle {
    pub(crate) fn set(&self, script: Break) {
        *self.0.script.lock().unwrap_or_else(PoisonError::into_inner) = Some(script);
    }

    /// A request has come in: what was to happen to the answer before does not happen to this one.
    pub(crate) fn begin(&self) -> Busy {
        *self.0.script.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.busy.store(true, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// Whether the client is on this machine.
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

/// A listener that counts connections, and whose connections end when it is closed.
pub(crate) struct Doorway {
    pub(crate) listener: TcpListener,
    pub(crate) count: Arc<AtomicUsize>,
    /// Closed when its sender is gone.
    pub(crate) open: watch::Receiver<()>,
}

impl Listener for Doorway {
    type Io = Connection;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Connection, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        self.count.fetch_add(1, Ordering::Relaxed);
        // Answers are small and go out at once.
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
    /// Until the next byte may drip.
    pause: Option<Pin<Box<Sleep>>>,
    /// How much of the answer that is cut went out.
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
    /// Ends it by a reset: with nothing to linger for, closing is one.
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
                // For HTTP all went out, so that it asks no more of this answer than to be flushed.
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
