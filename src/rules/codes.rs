//! Enumerations whose values are stored under a code and shown in Swedish words.

/// Gives an enum its stored codes and its Swedish words. Between `as` and the values stands what the method of the words is
/// called.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $name:ident as $words_of:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $words:literal;)+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// All values, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code that is stored and filtered on.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The words on the screen.
            #[must_use]
            pub fn $words_of(self) -> &'static str {
                match self { $(Self::$variant => $words,)+ }
            }

            /// The value with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}
pub(crate) use codes;
