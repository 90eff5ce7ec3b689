//! Text as people search for it: lower case, without accents. Keeps no meaning beyond that; never for comparison of ids.

/// Appends `text` in lower case and without accents. Line breaks become spaces: a break parts two rows.
pub(crate) fn fold_into(text: &str, out: &mut Vec<u8>) {
    if text.is_ascii() {
        out.extend(text.bytes().map(|byte| if byte.is_ascii_control() { b' ' } else { byte.to_ascii_lowercase() }));
        return;
    }
    let mut room = [0u8; 4];
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_control() {
            out.push(b' ');
        } else if letter.is_ascii() {
            out.extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
        } else if !matches!(letter, '\u{300}'..='\u{36f}') {
            match base(letter) {
                Some(base) => out.extend_from_slice(base.as_bytes()),
                None => out.extend_from_slice(letter.encode_utf8(&mut room).as_bytes()),
            }
        }
    }
}

/// `text` in lower case and without accents.
pub fn fold(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    fold_into(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The plain letters of a lower-case Latin letter with a mark.
fn base(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}
