//! The demo keys: public keys whose secrets everybody has.
//!
//! `keys/README.md` says how anyone makes them from their names. What they sign shows nothing about
//! who signed, so a trust file with one of them never vouches for anything.

use super::PublicKey;

/// The demo keys by name, each as 64 lowercase hex digits.
#[rustfmt::skip]
pub const DEMO_KEYS: &[(&str, &str)] = &[
    ("K-LOG", "07f10ed96c61b7b72f9c25ecd9cfb3da3da37fdc1f33715b41621ec49355726c"),
    ("K-WIT-1", "0fa609737f44b7229307958aeeeeed310a3e56dbf88fc21af376b144932d9864"),
    ("K-WIT-2", "16a4f5c1c8a63a01e8063685eb41e3d53964415b7001c63e57f2a219a974c31f"),
    ("K-REG-1", "4ae2170d4a86f999fafecaa0abc8bfe25af16beb6ab99c9ee3becd6acc8d5ca8"),
    ("K-SCR-1", "5b82ca7d28137d1a97cfcfcdda5bd6a6d87271cd15d16cf00cf3e348326a776e"),
    ("K-SCR-2", "451bde757dee8efb8c73e560ed975e7e836eff1a697797dea49d481e7e298aff"),
    ("K-LAB-1", "85e37a13ed886eccca892a233dd5c2bd13f1c287bef60a0d1d40b721bded3b5e"),
    ("K-LAB-2", "145ca4e0234fc2e62895ad3b7d9ae51be046bb1ec23d492c745814ddbb404317"),
    ("K-TOE-1", "4cd4b47b33f5bcde75cdff792cfdf84e2626bd5bd971011fd9e4c0fd7aad6956"),
    ("K-TOE-2", "406603debe1d857e688c78606eb09ef988d170f344489c6bb53165d871811434"),
    ("K-PAR-1", "12de6a9bda4b8bf898dd51549a4f79a85a0511bee672c08a21c7d3017090ec9b"),
    ("K-PAT-1", "af66b8fe67beee9e85c670143dfd89ebe1262610d483077d2233aa2175ed8a71"),
    ("K-PAT-2", "1bca64234b6817941a7e9b87f1bfb67da204e8e2381f6e54268cbff953ef48ad"),
    ("K-AUD-1", "a3422d44b06960e1dd8801e93522941b7591e70083b14260a3f8f3cecc713ad4"),
    ("K-AUD-2", "5570487ff383fcd0609b144427b2b61af4e4ef2cf40bc52e009d4632779c76ac"),
    ("K-PEN-1", "d26c9c8f8baea87241a8d109921d59aa28376fdd81bf088220a937e9e95228d2"),
    ("K-PEN-2", "f83bcb9ed407d9c8a9ed16deb9d5f6422f5984f528db0752831a9b54d71779e2"),
    ("K-ADV-1", "9e0802fe9160dce5f700e93b5d6b403066f5d2123b2c9837da414372a27bdc3f"),
    ("K-SCR-R", "a2961cb30c966905da84b4c1b04e51d1fdda66576617c09074280e618e305f66"),
    ("K-LAB-R", "69afcc91a69c317f55bc834330c64c7f6976a358536feb6c0b8b49c7c529359f"),
    ("K-PEN-R", "1c894650fb14125dadbcf90ff4ef36bc2a9a0a235045caf9ea61e5a7688f22d3"),
];

impl PublicKey {
    /// Returns the name under which everybody has the secret key; `None` for any other key.
    pub fn demo_name(&self) -> Option<&'static str> {
        let hex = self.to_string();
        let found = DEMO_KEYS.iter().find(|(_, key)| *key == hex);
        found.map(|(name, _)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Hash;
    use ed25519_dalek::SigningKey;

    #[test]
    fn the_demo_keys_follow_from_their_names() {
        for (name, hex) in DEMO_KEYS {
            let seed = Hash::of_parts(&[b"bewijs demo key, worthless\n", name.as_bytes(), b"\n"]);
            let key = SigningKey::from_bytes(seed.as_bytes()).verifying_key();
            let key = PublicKey::from_bytes(key.as_bytes()).unwrap();
            assert_eq!(key.to_string(), *hex);
            assert_eq!(key.demo_name(), Some(*name));
        }
        let other = SigningKey::from_bytes(&[7; 32]).verifying_key();
        let other = PublicKey::from_bytes(other.as_bytes()).unwrap();
        assert_eq!(other.demo_name(), None);
    }
}
