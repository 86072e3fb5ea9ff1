//! The number of fields of a document with its fragments expanded. Each fragment is counted once.

use std::collections::HashMap;

use super::{GuardRefusal, Limits, shape::Definition};

/// Fields in all, and those at the top.
#[derive(Clone, Copy, Default)]
struct Cost {
    fields: usize,
    root_fields: usize,
}

/// The size of a fragment, while and after it is counted.
#[derive(Clone, Copy)]
enum Reckoned {
    Not,
    Now,
    At(Cost),
}

/// Refuses a document whose fragments multiply to too many fields, contain themselves, or share a name.
pub(super) fn weigh(definitions: &[Definition<'_>], limits: Limits) -> Result<(), GuardRefusal> {
    let mut book = Book {
        fragments: HashMap::new(),
    };
    for definition in definitions {
        if let Some(name) = definition.fragment
            && book.fragments.insert(name, (definition, Reckoned::Not)).is_some()
        {
            return Err(GuardRefusal::FragmentName);
        }
    }
    let mut fields = 0_usize;
    for definition in definitions {
        let cost = match definition.fragment {
            Some(name) => book.fragment(name)?,
            None => book.cost(definition)?,
        };
        fields = fields.saturating_add(cost.fields);
        if definition.fragment.is_none() && cost.root_fields > limits.root_fields {
            return Err(GuardRefusal::TooManyRootFields(limits.root_fields));
        }
    }
    if fields > limits.fields {
        Err(GuardRefusal::TooManyFields(limits.fields))
    } else {
        Ok(())
    }
}

struct Book<'d, 'a> {
    fragments: HashMap<&'a str, (&'d Definition<'a>, Reckoned)>,
}

impl<'a> Book<'_, 'a> {
    /// Goes no deeper than there are fragments.
    fn fragment(&mut self, name: &'a str) -> Result<Cost, GuardRefusal> {
        let Some(&(definition, reckoned)) = self.fragments.get(name) else {
            return Ok(Cost::default());
        };
        match reckoned {
            Reckoned::At(cost) => Ok(cost),
            Reckoned::Now => Err(GuardRefusal::CyclicFragment),
            Reckoned::Not => {
                self.fragments.insert(name, (definition, Reckoned::Now));
                let cost = self.cost(definition)?;
                self.fragments.insert(name, (definition, Reckoned::At(cost)));
                Ok(cost)
            }
        }
    }

    fn cost(&mut self, definition: &Definition<'a>) -> Result<Cost, GuardRefusal> {
        let mut cost = Cost {
            fields: definition.fields,
            root_fields: definition.root_fields,
        };
        for name in &definition.spreads {
            cost.fields = cost.fields.saturating_add(self.fragment(name)?.fields);
        }
        for name in &definition.root_spreads {
            cost.root_fields = cost.root_fields.saturating_add(self.fragment(name)?.root_fields);
        }
        Ok(cost)
    }
}
