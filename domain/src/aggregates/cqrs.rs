//! The adapter to cqrs-es: every aggregate decides purely, and the framework asks it through this.

use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};

use super::for_each_aggregate;
use crate::upcast::present_version;

macro_rules! adapters {
    ($($module:ident::$state:ident($category:literal, $key:ident, $command:ident, $event:ident, $refusal:ident)),+ $(,)?) => {
        $(
            impl Aggregate for super::$module::$state {
                const TYPE: &'static str = $category;
                type Command = super::$module::$command;
                type Event = super::$module::$event;
                type Error = super::$module::$refusal;
                type Services = ();

                async fn handle(
                    &mut self,
                    command: Self::Command,
                    (): &(),
                    sink: &EventSink<Self>,
                ) -> Result<(), Self::Error> {
                    for event in self.decide(command)? {
                        sink.write(event, self).await;
                    }
                    Ok(())
                }

                fn apply(&mut self, event: Self::Event) {
                    super::$module::$state::apply(self, &event);
                }
            }

            impl DomainEvent for super::$module::$event {
                fn event_type(&self) -> String {
                    self.name().to_owned()
                }

                fn event_version(&self) -> String {
                    present_version($category, self.name()).to_string()
                }
            }
        )+
    };
}

for_each_aggregate!(adapters);
