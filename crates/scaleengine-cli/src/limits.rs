//! Size limits of input.

/// The size limit of a bulk item.
pub(crate) const ITEM: u64 = 1 << 20;
/// The size limit of a request, seed or reply: twice the 8 MiB limit of a POST.
pub(crate) const BODY: u64 = 16 << 20;
