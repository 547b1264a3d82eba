//! The terminal while another program has it, such as a person's editor: its keys and its interrupts are not ours.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::give_back;

// Whether it is lent. Locked while keys are read.
static LENT: Mutex<bool> = Mutex::new(false);
static BACK: Condvar = Condvar::new();

/// The terminal as long as it is lent; it is ours again once this is dropped, and is then taken again.
#[derive(Debug)]
pub struct LentTerminal(());

/// Gives the terminal to a program that is about to be started.
pub fn lend() -> LentTerminal {
    *lent() = true;
    give_back();
    LentTerminal(())
}

impl Drop for LentTerminal {
    fn drop(&mut self) {
        *lent() = false;
        BACK.notify_all();
    }
}

/// Whether another program has it.
pub(super) fn is_lent() -> bool {
    *lent()
}

/// Waits until it is ours; it is not lent before this is dropped.
pub(super) fn until_ours() -> MutexGuard<'static, bool> {
    let ours = BACK.wait_while(lent(), |lent| *lent);
    ours.unwrap_or_else(PoisonError::into_inner)
}

fn lent() -> MutexGuard<'static, bool> {
    LENT.lock().unwrap_or_else(PoisonError::into_inner)
}
