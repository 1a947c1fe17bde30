//! The kinds of jobs: what begins them, what looks after them, and how they tell their state.

use serde_json::Value;

/// A kind of job.
pub struct Job {
    /// The operations that begin it.
    pub begin: &'static [&'static str],
    /// The operation that looks after it.
    pub poll: &'static str,
    /// Where its handle is in the answer that begins it, as a JSON pointer.
    pub handle: &'static str,
    /// The parameter of the poll that takes the handle.
    pub parameter: &'static str,
    /// Where its state is in the answer of the poll.
    pub state: &'static str,
    /// The state before and after.
    pub states: (&'static str, &'static str),
    /// The state of a job that nobody began; without one, 404.
    pub unknown: Option<&'static str>,
    /// Where the address of the result is.
    pub url: Option<&'static str>,
    /// The collection in whose list it is looked after, instead of by a poll.
    pub shown: Option<&'static str>,
}

const REPORT: Job = Job {
    begin: &[],
    poll: "",
    handle: "/token",
    parameter: "token",
    state: "report_status",
    states: ("IN_PROGRESS", "FINISHED"),
    unknown: Some("DOES_NOT_EXIST"),
    url: Some("url"),
    shown: None,
};
const BATCH: Job = Job {
    handle: "/batch_id",
    parameter: "batch_id",
    state: "status",
    states: ("PROCESSING", "COMPLETED"),
    unknown: None,
    url: None,
    ..REPORT
};

/// Every kind of job, but that of media, which is written by hand.
static JOBS: &[Job] = &[
    Job {
        begin: &["analytics/create_report", "analytics/create_template_report"],
        poll: "analytics/get_report",
        ..REPORT
    },
    Job {
        begin: &["analytics/create_conversion_product_report"],
        poll: "analytics/get_conversion_product_report",
        ..REPORT
    },
    Job { begin: &["analytics/create_mmm_report"], poll: "analytics/get_mmm_report", ..REPORT },
    Job { begin: &["reports/create"], poll: "reports/get", unknown: None, ..REPORT },
    Job {
        begin: &["bulk_download/create", "bulk_upsert/create"],
        poll: "bulk_request/get",
        handle: "/request_id",
        parameter: "bulk_request_id",
        state: "status",
        states: ("RUNNING", "SUCCEEDED"),
        unknown: None,
        url: Some("result_url"),
        shown: None,
    },
    Job {
        begin: &["leads_export/create"],
        poll: "leads_export/get",
        handle: "/leads_export_id",
        parameter: "leads_export_id",
        state: "export_status",
        unknown: None,
        url: Some("download_url"),
        ..REPORT
    },
    Job {
        begin: &["customer_list_uploads/create"],
        poll: "customer_list_uploads/get",
        handle: "/customer_list_upload/id",
        parameter: "customer_list_upload_id",
        state: "state",
        states: ("RUNNING", "SUCCEEDED"),
        ..BATCH
    },
    Job { begin: &["items_batch/post"], poll: "items_batch/get", ..BATCH },
    Job {
        begin: &["catalogs_local_inventory_items_batch/operate"],
        poll: "catalogs_supplemental_items_batch/get",
        ..BATCH
    },
    Job {
        begin: &["feeds/ingest"],
        handle: "/id",
        shown: Some("/v5/catalogs/feeds/{feed_id}/processing_results"),
        ..BATCH
    },
];

/// The job that an operation begins or looks after.
pub fn of(operation_id: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.poll == operation_id || job.begin.contains(&operation_id))
}

impl Job {
    /// Sets the state where the answer has one. Unless it is done there is no result.
    pub fn tell(&self, answer: &mut Value, state: &str) {
        if let Some(place) = answer.get_mut(self.state) {
            *place = state.into();
        }
        if state != self.states.1
            && let Some(url) = self.url
            && let Some(answer) = answer.as_object_mut()
        {
            answer.remove(url);
            answer.remove("size");
        }
    }
}
