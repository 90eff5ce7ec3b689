//! What a page gave away while it was shown: errors, broken policy, shifts of its layout, bytes, parts that are too wide.
//! Looks only; a test says what it may be.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::page::Page;

/// What came over the wire for one page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Bytes as sent, heads and compression included, without pictures.
    pub bytes: u64,
    /// Bytes of pictures.
    pub pictures: u64,
    pub requests: usize,
}

impl Page {
    /// Errors of scripts, of the console, of requests and of the content policy, over all that this page opened. Bad answers
    /// for whole documents are not among them: their status is what `visit` gives.
    pub fn troubles(&self) -> Vec<String> {
        let documents = self.documents.borrow();
        let own = |id: &Json| documents.iter().any(|document| id == document.as_str());
        self.events(0).iter().filter_map(|event| trouble(event, &own)).collect()
    }

    /// Nothing went wrong.
    #[track_caller]
    pub fn clean(&self) {
        let troubles = self.troubles();
        assert!(troubles.is_empty(), "{} troubles:\n{}", troubles.len(), troubles.join("\n"));
    }

    /// How far the layout moved since the page was opened without anybody touching it (the sum of scores), and what moved.
    pub fn shift(&self) -> (f64, Vec<String>) {
        self.settle();
        let mut sum = 0.0;
        let mut moved = Vec::new();
        for event in self.events(self.opened.get()) {
            let details = &event["params"]["event"]["layoutShiftDetails"];
            if event["method"] != "PerformanceTimeline.timelineEventAdded" || details["hadRecentInput"] == true {
                continue;
            }
            sum += details["value"].as_f64().unwrap_or(0.0);
            for source in details["sources"].as_array().into_iter().flatten() {
                moved.push(format!(
                    "{}: {} -> {}",
                    self.named(&source["nodeId"]),
                    source["previousRect"],
                    source["currentRect"]
                ));
            }
        }
        (sum, moved)
    }

    /// Nothing moved.
    #[track_caller]
    pub fn still(&self) {
        let (sum, moved) = self.shift();
        assert!(sum == 0.0, "the layout of {} moved by {sum}:\n{}", self.address(), moved.join("\n"));
    }

    /// Forgets what was loaded before, so that the next visit is as the very first.
    pub fn forget_loaded(&self) {
        self.call("Network.clearBrowserCache", json!({}));
    }

    /// What came over the wire since the page was opened.
    pub fn weight(&self) -> Weight {
        self.settle();
        let mut kinds = BTreeMap::new();
        let mut weight = Weight::default();
        for event in self.events(self.opened.get()) {
            let params = &event["params"];
            let id = params["requestId"].as_str().unwrap_or_default().to_owned();
            if event["method"] == "Network.responseReceived" {
                kinds.insert(id, params["type"] == "Image");
            } else if event["method"] == "Network.loadingFinished" {
                let bytes = params["encodedDataLength"].as_f64().unwrap_or(0.0) as u64;
                weight.requests += 1;
                if kinds.get(&id) == Some(&true) { weight.pictures += bytes } else { weight.bytes += bytes }
            }
        }
        weight
    }

    /// What makes the page wider than its screen; nothing where it can only be scrolled downwards.
    #[track_caller]
    pub fn too_wide(&self) -> Vec<String> {
        let found = self.eval(
            "(() => {
              const screen = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= screen && innerWidth <= screen) return [];
              const held = it => { for (let up = it.parentElement; up; up = up.parentElement)
                if (up !== document.body && /auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true; return false; };
              const wide = [...document.body.querySelectorAll('*')].filter(it => it.getBoundingClientRect().right > screen + 0.5 && !held(it));
              return [`${document.documentElement.scrollWidth} px on a screen of ${screen} px`, ...wide.slice(0, 8).map(it => it.outerHTML.slice(0, 120))];
            })()",
        );
        found.as_array().unwrap().iter().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
    }

    fn events(&self, mark: usize) -> Vec<Json> {
        let mut events = self.wire.since(mark);
        events.retain(|event| event["sessionId"] == self.session.as_str());
        events
    }

    fn named(&self, node: &Json) -> String {
        let told = self.wire.call(&self.session, "DOM.describeNode", json!({ "backendNodeId": node }));
        let name = |told: &Json| told["node"]["nodeName"].as_str().unwrap_or_default().to_owned();
        told.map_or_else(|_| "gone".to_owned(), |told| format!("{} {}", name(&told), told["node"]["attributes"]))
    }
}

fn trouble(event: &Json, own: &dyn Fn(&Json) -> bool) -> Option<String> {
    let params = &event["params"];
    match event["method"].as_str()? {
        "Runtime.exceptionThrown" => {
            let details = &params["exceptionDetails"];
            Some(format!(
                "exception: {} {} at {}:{}",
                details["text"], details["exception"]["description"], details["url"], details["lineNumber"]
            ))
        }
        "Runtime.consoleAPICalled" if params["type"] == "error" || params["type"] == "assert" => {
            Some(format!("console: {}", params["args"]))
        }
        "Log.entryAdded" => {
            let entry = &params["entry"];
            let bad = entry["level"] == "error" || entry["source"] == "security";
            let asked = entry["source"] == "network" && own(&entry["networkRequestId"]);
            (bad && !asked).then(|| format!("{}: {} at {}", entry["source"], entry["text"], entry["url"]))
        }
        "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue" => {
            Some(format!("policy: {}", params["issue"]["details"]["contentSecurityPolicyIssueDetails"]))
        }
        _ => None,
    }
}
