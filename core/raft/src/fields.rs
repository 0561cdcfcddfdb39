//! Copies that go into the place of older ones.

/// `Clone` field by field. What is derived makes a copy into the place of another from nothing; this keeps the
/// memory that each field has. Who makes thousands of worlds of one cluster, one after another, spares most of
/// what it would ask of the allocator.
#[doc(hidden)]
#[macro_export]
macro_rules! clone_by_field {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl Clone for $name {
            fn clone(&self) -> Self {
                $name { $($field: Clone::clone(&self.$field)),* }
            }

            fn clone_from(&mut self, other: &Self) {
                $(Clone::clone_from(&mut self.$field, &other.$field);)*
            }
        }
    };
}
