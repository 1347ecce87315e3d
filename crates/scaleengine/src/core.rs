//! The state of a client, the same for the async and the blocking one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use scaleengine_http::{
    BlockingTransport, CallSettings, Clock, Configure, Driver, DynTransport, ErrorKind, Now, Observer, ProviderError,
    Random, Sleep,
};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

/// A future that resolves to credentials.
pub(crate) type CredentialsFuture = Pin<Box<dyn Future<Output = Result<Credentials, ProviderError>> + Send>>;

/// The caller's source of credentials, called before each call; async or blocking like the client.
#[derive(Clone)]
pub(crate) enum Provider {
    Async(Arc<dyn Fn() -> CredentialsFuture + Send + Sync>),
    Blocking(Arc<dyn Fn() -> Result<Credentials, ProviderError> + Send + Sync>),
}

/// The call settings, transport, clock, timer and observer of a client.
pub(crate) struct Core<T: ?Sized> {
    pub(crate) settings: CallSettings<Arc<Signer>>,
    pub(crate) provider: Option<Provider>,
    pub(crate) transport: Arc<T>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sleep: Arc<dyn Sleep>,
    pub(crate) random: Option<Arc<dyn Random>>,
    pub(crate) observer: Option<Arc<Observer>>,
}

// A derived implementation would require `T: Clone`.
impl<T: ?Sized> Clone for Core<T> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            provider: self.provider.clone(),
            transport: Arc::clone(&self.transport),
            clock: Arc::clone(&self.clock),
            sleep: Arc::clone(&self.sleep),
            random: self.random.clone(),
            observer: self.observer.clone(),
        }
    }
}

impl<T: ?Sized> Core<T> {
    /// Returns the account; `None` if a provider supplies the credentials.
    pub(crate) fn account(&self) -> Option<&Account> {
        self.provider.is_none().then(|| self.settings.signer.account())
    }

    pub(crate) fn with_credentials(&self, credentials: &Credentials) -> Self {
        let mut core = self.clone();
        core.settings.signer = Arc::new(Signer::new(credentials));
        core.provider = None;
        core
    }

    fn driver(&self) -> Driver<'_, T> {
        Driver::new(&*self.transport, &*self.clock, &*self.sleep).observer(self.observer.as_deref())
    }

    /// Starts the deadline at `now`, so that it includes the provider. Returns the time left.
    fn begin(machine: &mut impl Configure<Arc<Signer>>, now: Now) -> std::time::Duration {
        let mut left = std::time::Duration::ZERO;
        machine.configure(&mut |settings| {
            // An earlier run that was dropped may have started the deadline.
            settings.began = settings.began.or(Some(now.mono));
            left = settings.time_left(now);
        });
        left
    }
}

fn supply(machine: &mut impl Configure<Arc<Signer>>, credentials: Result<Credentials, ProviderError>) {
    match credentials {
        Ok(credentials) => {
            let signer = Arc::new(Signer::new(&credentials));
            machine.configure(&mut |settings| settings.signer = Arc::clone(&signer));
        }
        Err(error) => machine.fail(ErrorKind::Credentials(error)),
    }
}

impl Core<dyn DynTransport> {
    pub(crate) async fn run<M: Configure<Arc<Signer>>>(&self, machine: &mut M) -> M::Output {
        let (driver, mut now) = (self.driver(), self.clock.now());
        let report = driver.report(machine, now);
        if let Some(Provider::Async(provider)) = self.provider.as_ref().filter(|_| machine.attempts() == 0) {
            let left = Self::begin(machine, now);
            let (mut credentials, mut late) = (provider(), self.sleep.sleep(left));
            let supplied = std::future::poll_fn(|context| match credentials.as_mut().poll(context) {
                Poll::Ready(supplied) => Poll::Ready(supplied),
                Poll::Pending => late.as_mut().poll(context).map(|()| Err(ProviderError::new("timed out"))),
            });
            let supplied = supplied.await;
            supply(machine, supplied);
            now = self.clock.now();
        }
        driver.run_reported(machine, report, now).await
    }
}

impl Core<dyn BlockingTransport> {
    pub(crate) fn run<M: Configure<Arc<Signer>>>(&self, machine: &mut M) -> M::Output {
        let (driver, mut now) = (self.driver(), self.clock.now());
        let report = driver.report(machine, now);
        if let Some(Provider::Blocking(provider)) = self.provider.as_ref().filter(|_| machine.attempts() == 0) {
            Self::begin(machine, now);
            let supplied = provider();
            supply(machine, supplied);
            now = self.clock.now();
        }
        driver.run_blocking_reported(machine, report, now)
    }
}

/// Returns a placeholder until the provider supplies credentials. Signing with it fails.
pub(crate) fn no_signer() -> Signer {
    Signer::new(&Credentials::new(Account::new("", 0), SecretKey::new("")))
}
