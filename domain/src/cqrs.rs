//! The adapter to cqrs-es: every aggregate of this crate decides purely, and this is how the framework asks it.

use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};

use crate::{
    allocation::{Allocation, AllocationCommand, AllocationEvent, AllocationRefusal},
    case::{Case, CaseCommand, CaseEvent, CaseRefusal},
    pom::{Pom, PomCommand, PomEvent, PomRefusal},
    prisoner::{Prisoner, PrisonerCommand, PrisonerEvent, PrisonerRefusal},
};

/// The first schema of every event; a later one is written beside it, with an upcaster.
const SCHEMA: &str = "1";

macro_rules! aggregate {
    ($state:ty, $category:literal, $command:ty, $event:ty, $refusal:ty) => {
        impl Aggregate for $state {
            const TYPE: &'static str = $category;
            type Command = $command;
            type Event = $event;
            type Error = $refusal;
            type Services = ();

            async fn handle(
                &mut self,
                command: $command,
                (): &(),
                sink: &EventSink<Self>,
            ) -> Result<(), $refusal> {
                for event in self.decide(command)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: $event) {
                <$state>::apply(self, &event);
            }
        }

        impl DomainEvent for $event {
            fn event_type(&self) -> String {
                self.name().to_owned()
            }

            fn event_version(&self) -> String {
                SCHEMA.to_owned()
            }
        }
    };
}

aggregate!(
    Allocation,
    "allocation",
    AllocationCommand,
    AllocationEvent,
    AllocationRefusal
);
aggregate!(
    Prisoner,
    "prisoner",
    PrisonerCommand,
    PrisonerEvent,
    PrisonerRefusal
);
aggregate!(Case, "case", CaseCommand, CaseEvent, CaseRefusal);
aggregate!(Pom, "pom", PomCommand, PomEvent, PomRefusal);
