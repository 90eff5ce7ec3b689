//! Keys that sign the journal's head, and the text forms of them (c2sp.org/signed-note). Never writes a file and never
//! prints a secret: the caller keeps the secret's text, in a file that only its owner reads.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::StoreError;

/// The byte that stands for Ed25519 in signed notes.
const ED25519: u8 = 1;
/// What the text of a secret key begins with.
const SECRET_PREFIX: &str = "PRIVATE+KEY+";

/// The key that signs heads. Its secret is wiped from memory when it is dropped.
pub struct Signer {
    key: SigningKey,
    public: Verifier,
}

impl Signer {
    /// A key from 32 random bytes; `name` goes into every signature, the journal's origin by custom.
    ///
    /// # Errors
    /// Where the name is empty or holds a space or `+`.
    pub fn from_seed(name: &str, seed: &Zeroizing<[u8; 32]>) -> Result<Self, StoreError> {
        let key = SigningKey::from_bytes(seed);
        let public = Verifier::new(name, key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// A new key, from the system's random bytes.
    ///
    /// # Errors
    /// As `from_seed`, and where the system has no random bytes.
    pub fn generate(name: &str) -> Result<Self, StoreError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(|error| StoreError::NoRandom(Box::new(error)))?;
        Self::from_seed(name, &seed)
    }

    /// The secret as text: `PRIVATE+KEY+<name>+<key id>+<base64>`. Whoever has it can sign in the journal's name.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(33));
        bytes.push(ED25519);
        bytes.extend_from_slice(self.key.as_bytes());
        let secret = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        let Verifier { name, id, .. } = &self.public;
        let id = u32::from_be_bytes(*id);
        Zeroizing::new(format!("{SECRET_PREFIX}{name}+{id:08x}+{}", secret.as_str()))
    }

    /// Reads the text of a secret key; white space around it does not matter.
    ///
    /// # Errors
    /// Where it is no such text, or its key id does not match.
    pub fn from_secret_text(text: &str) -> Result<Self, StoreError> {
        let rest = text.trim().strip_prefix(SECRET_PREFIX);
        let rest = rest.ok_or(StoreError::BadKey("a secret key begins with `PRIVATE+KEY+`"))?;
        let (name, id, bytes) = split(rest)?;
        let mut seed = Zeroizing::new([0; 32]);
        seed.copy_from_slice(&bytes[1..]);
        let signer = Self::from_seed(name, &seed)?;
        if signer.public.id == id { Ok(signer) } else { Err(StoreError::BadKey("its id does not match its bytes")) }
    }

    /// The public half.
    pub const fn verifier(&self) -> &Verifier {
        &self.public
    }

    /// A signature line over `text`, newline included.
    pub(crate) fn sign(&self, text: &str) -> String {
        let mut bytes = Vec::with_capacity(68);
        bytes.extend_from_slice(&self.public.id);
        bytes.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("— {} {}\n", self.public.name, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Signer({})", self.public.label())
    }
}

/// The public key that heads are checked with.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, StoreError> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(StoreError::BadKey("a key's name is not empty and holds no space and no `+`"));
        }
        let mut hasher = Sha256::new();
        hasher.update(name.as_bytes());
        hasher.update([b'\n', ED25519]);
        hasher.update(key.as_bytes());
        let [a, b, c, d, ..]: [u8; 32] = hasher.finalize().into();
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], key })
    }

    /// Its text: `<name>+<key id>+<base64>`, to be handed to whoever wants to check heads.
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::with_capacity(33);
        bytes.push(ED25519);
        bytes.extend_from_slice(self.key.as_bytes());
        format!("{}+{}", self.label(), STANDARD.encode(bytes))
    }

    /// Reads the text of a public key; white space around it does not matter.
    ///
    /// # Errors
    /// Where it is no such text, or its key id does not match.
    pub fn from_text(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        if text.starts_with(SECRET_PREFIX) {
            return Err(StoreError::BadKey("this is a secret key; a verifier key is its public half"));
        }
        let (name, id, bytes) = split(text)?;
        let mut key = [0; 32];
        key.copy_from_slice(&bytes[1..]);
        let key = VerifyingKey::from_bytes(&key).map_err(|_| StoreError::BadKey("its bytes are no Ed25519 key"))?;
        let verifier = Self::new(name, key)?;
        if verifier.id == id { Ok(verifier) } else { Err(StoreError::BadKey("its id does not match its bytes")) }
    }

    /// Name and key id, as they stand in its text: `<name>+<key id>`.
    pub fn label(&self) -> String {
        format!("{}+{:08x}", self.name, u32::from_be_bytes(self.id))
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a signature with this name and id was made by this key over `text`.
    pub(crate) fn holds(&self, name: &str, signature: &[u8], text: &str) -> bool {
        let Some((id, signature)) = signature.split_first_chunk::<4>() else { return false };
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        name == self.name && *id == self.id && self.key.verify_strict(text.as_bytes(), &signature).is_ok()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Verifier({})", self.label())
    }
}

/// The parts of a key's text: name, key id, and 33 bytes.
type Parts<'t> = (&'t str, [u8; 4], Zeroizing<Vec<u8>>);

/// `<name>+<8 hex digits>+<base64 of 33 bytes>`; base64 holds `+`, so the text is split from its beginning.
fn split(text: &str) -> Result<Parts<'_>, StoreError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(StoreError::BadKey("a key is `<name>+<8 hexadecimal digits>+<base64>`"));
    };
    let plain = id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let id = u32::from_str_radix(id, 16).ok().filter(|_| plain);
    let id = id.ok_or(StoreError::BadKey("its id is not 8 hexadecimal digits"))?.to_be_bytes();
    let bytes = STANDARD.decode(bytes).map(Zeroizing::new).map_err(|_| StoreError::BadKey("its bytes are not base64"))?;
    if bytes.len() != 33 || bytes[0] != ED25519 {
        return Err(StoreError::BadKey("it is no Ed25519 key (0x01 and 32 bytes)"));
    }
    Ok((name, id, bytes))
}
