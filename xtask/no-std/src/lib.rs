//! Signs a command without std. A successful build proves it: std would add a second panic handler.

#![no_std]

extern crate alloc;

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::null_mut;

use scaleengine_proto::{UnixTime, decode, stream};
use scaleengine_sign::{Account, Credentials, Received, SecretKey, Signer};

struct NoMemory;

unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        null_mut()
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: NoMemory = NoMemory;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Uses every part that must work without std.
#[unsafe(no_mangle)]
pub extern "C" fn sign(at: i64) -> usize {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    let Ok(payload) = signer.sign(&stream::Close::by_id(1000), UnixTime(at)) else { return 0 };
    let received = Received::parse(payload.json()).is_ok();
    let decoded = decode::<<stream::Close as scaleengine_proto::Command>::Reply>(b"{}").is_ok();
    payload.json().len() + usize::from(received) + usize::from(decoded)
}
