//! Faults that a test asks for: of the next calls of a method, and of the next deliveries.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What happens to a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub(crate) enum CallFault {
    /// It is refused, without effect.
    Error { code: u16, description: String, retry_after: Option<u64> },
    /// It has its effect, but the connection ends without an answer.
    AnswerLost,
    /// The connection ends before anything is done.
    ConnectionLost,
    /// It is answered so much later.
    Delay { ms: u64 },
}

/// What happens to a delivery.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub(crate) enum DeliveryFault {
    /// The same update comes so many times at once.
    Duplicate { copies: usize },
    /// The bot's answer is lost, so the update comes again.
    AnswerLost,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CallRule {
    /// A method's name, or `*` for any.
    #[serde(default = "any")]
    pub(crate) method: String,
    #[serde(default = "once")]
    pub(crate) times: u32,
    #[serde(flatten)]
    pub(crate) fault: CallFault,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliveryRule {
    /// A kind of update, such as `message`, or `*` for any.
    #[serde(default = "any")]
    pub(crate) update: String,
    #[serde(default = "once")]
    pub(crate) times: u32,
    #[serde(flatten)]
    pub(crate) fault: DeliveryFault,
}

fn any() -> String {
    "*".to_owned()
}

fn once() -> u32 {
    1
}

/// What is still to go wrong, first in first out.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Faults {
    pub(crate) calls: Vec<CallRule>,
    pub(crate) deliveries: Vec<DeliveryRule>,
}

impl Faults {
    /// The fault of this call, used up by it.
    pub(crate) fn of_call(&mut self, method: &str) -> Option<CallFault> {
        let matches = |name: &str| name == "*" || name.eq_ignore_ascii_case(method);
        let rule = self.calls.iter_mut().find(|rule| rule.times > 0 && matches(&rule.method))?;
        rule.times -= 1;
        let fault = rule.fault.clone();
        self.calls.retain(|rule| rule.times > 0);
        Some(fault)
    }

    /// The fault of this delivery, used up by it.
    pub(crate) fn of_delivery(&mut self, update: &str) -> Option<DeliveryFault> {
        let matches = |name: &str| name == "*" || name == update;
        let rule =
            self.deliveries.iter_mut().find(|rule| rule.times > 0 && matches(&rule.update))?;
        rule.times -= 1;
        let fault = rule.fault.clone();
        self.deliveries.retain(|rule| rule.times > 0);
        Some(fault)
    }
}

impl CallFault {
    pub(crate) fn delay(&self) -> Option<Duration> {
        match self {
            Self::Delay { ms } => Some(Duration::from_millis(*ms)),
            Self::Error { .. } | Self::AnswerLost | Self::ConnectionLost => None,
        }
    }
}
