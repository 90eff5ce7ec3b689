//! One-time codes (TOTP: SHA-1, six digits, 30 seconds, what every authenticator knows) and recovery codes for when the
//! authenticator is lost. A step is used once; so is a recovery code.

use tally_model::Instant;
use tally_store::Hash;
use tally_store::access::{Person, Totp, random};

use super::note::Told;
use super::people::change;
use super::{Desk, Permission, Refusal, Viewer, account, secret};
use crate::{Error, Programme};

/// Recovery codes that a person gets.
const RECOVERY: usize = 10;
/// Bytes of the key that person and authenticator share.
const KEY: usize = 20;

/// A key that was just made, to be put into an authenticator.
pub struct NewCodes {
    /// The key in base 32, to be typed.
    pub key: String,
    /// The same as an `otpauth:` address, for a QR code.
    pub address: String,
}

impl Desk {
    /// Makes a new key. Codes are not asked for before one was given to `confirm_codes`.
    ///
    /// # Errors
    /// Where `by` may not, or codes are on already.
    pub fn begin_codes(&self, by: &Viewer, now: Instant) -> Result<NewCodes, Error> {
        by.must_freshly(Permission::Account, now)?;
        let person = self.person_of(by)?;
        if person.totp.as_ref().is_some_and(|totp| totp.confirmed) {
            return Err(Error::Invalid("one-time codes are on already; turn them off first".to_owned()));
        }
        let secret = random::<KEY>()?;
        let key = base32(secret.as_slice());
        let label = person.id.replace('@', "%40");
        let address = format!("otpauth://totp/Tallystick:{label}?secret={key}&issuer=Tallystick");
        let totp = Some(Totp { secret: secret.to_vec(), confirmed: false, step: 0 });
        change(&mut **self.access(), &Person { totp, ..person })?;
        Ok(NewCodes { key, address })
    }

    /// Turns codes on with a first one, and gives recovery codes, which are told once.
    ///
    /// # Errors
    /// Where `by` may not, there is no new key, or the code is wrong.
    pub fn confirm_codes(
        &self,
        programme: &mut Programme,
        by: &Viewer,
        code: &str,
        now: Instant,
    ) -> Result<Vec<String>, Error> {
        by.must_freshly(Permission::Account, now)?;
        let person = self.person_of(by)?;
        let Some(totp) = person.totp.clone().filter(|totp| !totp.confirmed) else {
            return Err(Error::Invalid("there is no new key; begin with one".to_owned()));
        };
        let step = step(&totp, code, now).ok_or(Refusal::Wrong)?;
        let codes =
            (0..RECOVERY).map(|_| Ok(grouped(&base32(random::<10>()?.as_slice())))).collect::<Result<Vec<_>, Error>>()?;
        let hashes: Vec<Hash> = codes.iter().map(|code| recovery(&person.id, code)).collect();
        self.noted(programme, &Told::new(by, &person.id, "codes on", now), |access| {
            let totp = Some(Totp { confirmed: true, step, ..totp });
            change(access, &Person { totp, ..person.clone() })?;
            Ok(access.put_recovery(&person.id, &hashes)?)
        })?;
        Ok(codes)
    }

    /// Turns codes off: one's own, or for an administrator another's whose authenticator is lost.
    ///
    /// # Errors
    /// Where `by` may not, or there is no such person.
    pub fn codes_off(&self, programme: &mut Programme, by: &Viewer, account: &str, now: Instant) -> Result<(), Error> {
        let account = account::folded(account);
        by.must_freshly(if account == by.person { Permission::Account } else { Permission::Administer }, now)?;
        let person = self.person(&account)?;
        if person.totp.is_none() {
            return Ok(());
        }
        self.noted(programme, &Told::new(by, &account, "codes off", now), |access| {
            change(access, &Person { totp: None, ..person.clone() })?;
            Ok(access.put_recovery(&account, &[])?)
        })
    }

    /// How many recovery codes a viewer has left; `None` where codes are off.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn recovery_left(&self, by: &Viewer) -> Result<Option<u32>, Error> {
        let on = self.person_of(by)?.totp.is_some_and(|totp| totp.confirmed);
        if on { Ok(Some(self.access().recovery_left(&by.person)?)) } else { Ok(None) }
    }

    /// Uses up a code or a recovery code of a person; false where it is neither.
    pub(super) fn takes_code(&self, person: &Person, code: &str, now: Instant) -> Result<bool, Error> {
        let Some(totp) = &person.totp else { return Ok(false) };
        if let Some(step) = step(totp, code, now) {
            return Ok(self.access().use_step(&person.id, step)?);
        }
        Ok(self.access().use_recovery(&person.id, &recovery(&person.id, code))?)
    }
}

/// The step that a code belongs to, at most one away from now and later than the last that was used.
fn step(totp: &Totp, code: &str, now: Instant) -> Option<u64> {
    let key: [u8; KEY] = totp.secret.as_slice().try_into().ok()?;
    let clock = totp_rs::Builder::new().with_secret(key).build().ok()?;
    let seconds = u64::try_from(now.micros() / super::SECOND).ok()?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    clock.check(&digits, seconds).filter(|step| *step > totp.step)
}

/// How a recovery code is stored: with its person, so that equal codes of two people do not look equal.
fn recovery(person: &str, code: &str) -> Hash {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    secret::hashed(&format!("tallystick recovery code\n{person}\n{plain}"))
}

fn grouped(code: &str) -> String {
    let groups: Vec<String> = code.as_bytes().chunks(4).map(|group| group.iter().copied().map(char::from).collect()).collect();
    groups.join("-")
}

/// Base 32 (RFC 4648) without padding; whole groups of five bytes are all that is ever asked for.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len() * 8 / 5);
    for group in bytes.chunks(5) {
        let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            text.push(char::from(LETTERS[usize::from((bits >> (place * 5)) as u8 & 31)]));
        }
    }
    text
}
