//! The classes of finding in the story: what a finding of the class is called, and what its report says.
//!
//! OWASP Top 10 for LLM applications (2025), for agentic applications (2026), and ATLAS ids for models that do not talk.
//! Only text stands here.

/// One class; `{}` in a title is the name of the system.
pub(crate) struct Class {
    pub(crate) id: &'static str,
    pub(crate) techniques: &'static [&'static str],
    pub(crate) titles: [&'static str; 3],
    pub(crate) control: &'static str,
    pub(crate) impact: &'static str,
    pub(crate) advice: &'static str,
}

macro_rules! classes {
    ($($id:literal [$($technique:literal),*] $one:literal, $two:literal, $three:literal; $control:literal; $impact:literal; $advice:literal)*) => {
        &[$(Class {
            id: $id, techniques: &[$($technique),*], titles: [$one, $two, $three],
            control: $control, impact: $impact, advice: $advice,
        }),*]
    };
}

pub(crate) const CLASSES: &[Class] = classes! {
    "LLM01:2025" ["AML.T0051.000", "AML.T0051.001"]
        "A retrieved passage can give {} new instructions", "Role play makes {} ignore its answer policy", "Encoded text gets past the input filter of {}";
        "Instructions and data share one channel; the input filter looks only at plain text."; "Answers in the name of the company can be steered by whoever can place text.";
        "Mark untrusted text as data, filter after decoding, and check the answer against the policy before it leaves."
    "LLM02:2025" ["AML.T0057"]
        "{} repeats personal data of another customer", "Debug output of {} shows account numbers", "{} completes a name with its postal address";
        "Answers are not checked for personal data, and test accounts share a store with real ones."; "A notifiable disclosure of personal data.";
        "Filter personal data on the way out and keep each customer's context apart."
    "LLM03:2025" ["AML.T0010.001", "AML.T0010.003"]
        "Model file of {} is loaded without a check of its digest", "A plug-in of {} comes from an unpinned source", "{} runs on a base image that is two years old";
        "The build takes whatever the registry offers that day."; "Whoever publishes the artifact runs code beside customer data.";
        "Pin every artifact by digest and verify it when it is loaded."
    "LLM04:2025" ["AML.T0020", "AML.T0070"]
        "Feedback of anonymous users enters the training set of {}", "A shared folder feeds the index of {} without review", "Label drift in {} can be forced from outside";
        "Data is taken in without provenance or review."; "Decisions can be moved, slowly and unseen, by outsiders.";
        "Take in reviewed sources only and compare every new set with the last."
    "LLM05:2025" ["AML.T0077"]
        "{} returns markup that the page executes", "Links in the answers of {} carry the conversation outside", "Generated SQL of {} runs as it is";
        "Output is trusted because it comes from our own model."; "Script in the session of an employee or customer.";
        "Encode output for the place it goes to; allow links to known hosts only."
    "LLM06:2025" ["AML.T0053", "AML.T0086"]
        "{} can write where it needs only to read", "{} pays out without a second pair of eyes", "{} accepts a recipient named in a document";
        "The tool's rights are those of its developer, not those of the task."; "Money or data moves on the word of a document.";
        "Give each tool the least rights that the task needs and ask a person above a limit."
    "LLM07:2025" ["AML.T0056", "AML.T0069.002"]
        "{} prints its system prompt in translation", "The system prompt of {} holds an internal address", "{} explains its refusal rules word by word";
        "The prompt is treated as a secret, and nothing else guards what it protects."; "An attacker learns the rules to get around.";
        "Move secrets and rules out of the prompt and enforce them in code."
    "LLM08:2025" ["AML.T0064", "AML.T0066", "AML.T0071"]
        "{} retrieves documents that the asker may not open", "A planted passage outranks the handbook in {}", "Embeddings of {} can be matched back to clauses";
        "Retrieval runs with the rights of the index, not of the asker."; "Internal documents reach anyone who can ask.";
        "Check the asker's rights on every passage before it reaches the model."
    "LLM09:2025" ["AML.T0062"]
        "{} invents a clause and cites it", "{} states a limit that no policy has", "Summaries by {} drop the word not";
        "Nothing compares an answer with its source."; "A promise we did not make, in writing.";
        "Require a citation that resolves and show uncertain answers to a person."
    "LLM10:2025" ["AML.T0034.000", "AML.T0029"]
        "A loop of questions makes {} spend a month's budget", "{} has no limit on the length of a file", "One caller can keep {} busy for others";
        "No limit stands on tokens, calls or time for one caller."; "Costs without bound, and no service for others.";
        "Set budgets for each caller and stop when they are spent."
    "AML.T0015" ["AML.T0015", "AML.T0043.001"]
        "Small changes of a picture flip the result of {}", "Padding a form makes {} miss a known case", "{} gives a low score to a copied good case";
        "The model was never trained or tested against crafted input."; "A case that should be stopped goes through.";
        "Train on crafted cases and send those near the border to a person."
    "AML.T0024.002" ["AML.T0024.002"]
        "{} answers enough questions to be copied", "Exact scores of {} give away its thresholds", "A test key of {} has no limit on queries";
        "Scores are exact and queries are without limit."; "A copy of the model serves to find ways around it.";
        "Round the scores, limit queries and watch for sweeps."
    "AML.T0024.000" ["AML.T0024.000"]
        "{} shows whether a person was in its training set", "Confidence of {} is higher for known customers", "Rare records can be told apart by {}";
        "The model has learned single records by heart."; "Being a customer is itself a confidential fact.";
        "Train with regularisation and answer without confidence."
    "ASI01" ["AML.T0051.001", "AML.T0053"]
        "A ticket comment changes the goal of {}", "{} follows a task hidden in an invoice", "A calendar entry sends {} on another errand";
        "The plan is drawn up again from text that anyone can write."; "The agent works for someone else.";
        "Fix the goal when the task starts and refuse steps that do not serve it."
    "ASI02" ["AML.T0053", "AML.T0101"]
        "{} calls the delete tool with a pattern", "{} chains two safe tools into an unsafe one", "{} sends the search results to an address it was given";
        "Arguments of tool calls are not checked."; "Data is destroyed or leaves by a tool that was allowed.";
        "Check arguments by rule and ask before anything that cannot be undone."
    "ASI03" ["AML.T0083", "AML.T0098"]
        "{} acts with the rights of the last user", "The token of {} reaches every mailbox", "{} keeps a session after the person has left";
        "One service account stands for all who ask."; "Anyone can do what the most powerful user may do.";
        "Pass on the identity of the person and issue tokens for one task."
    "ASI04" ["AML.T0110"]
        "{} loads a tool server that nobody owns", "A tool description tells {} to copy its input", "{} updates its tools without review";
        "Tool servers are trusted by name."; "A stranger's description is read as an instruction.";
        "Keep a list of reviewed tool servers and pin their descriptions."
    "ASI05" ["AML.T0053"]
        "{} runs generated code outside its sandbox", "A file name becomes a shell command in {}", "{} installs a package that it has made up";
        "The sandbox shares a network and a disk with its host."; "Code of an attacker runs in our network.";
        "Run generated code without network in a sandbox made for one task."
    "ASI06" ["AML.T0080.000", "AML.T0080.001"]
        "A customer can write a lasting rule into the memory of {}", "{} recalls a payee that nobody confirmed", "The memory of one case reaches {} in another";
        "Memory is written from conversations without review and read as fact."; "One poisoned memory steers every later case, as in the incident.";
        "Keep memory by case, expire it, and let nothing become a rule without review."
    "ASI07" ["AML.T0053"]
        "{} takes orders from any agent on the bus", "Messages between {} and its helpers are not signed", "{} can be asked in the name of another agent";
        "Agents believe who a message says it is from."; "One weak agent commands the strong ones.";
        "Sign messages and check what the sender may ask."
    "ASI09" ["AML.T0086"]
        "{} asks for approval with a summary that hides the amount", "Reviewers approve {} in under two seconds", "{} presents a guess as a checked fact";
        "The person approves a summary that the agent wrote."; "The control by a person exists on paper only.";
        "Show the action itself, not its summary, and sample approvals."
};

/// The class of an id; the first where there is none.
pub(crate) fn class(id: &str) -> &'static Class {
    CLASSES.iter().find(|class| class.id == id).unwrap_or(&CLASSES[0])
}

/// What is found in a system of a type, the commoner listed more than once.
pub(crate) fn likely(form: &str) -> &'static [&'static str] {
    match form {
        "assistant" => &["LLM01:2025", "LLM01:2025", "LLM02:2025", "LLM05:2025", "LLM07:2025", "LLM09:2025", "LLM10:2025"],
        "rag" => &["LLM01:2025", "LLM08:2025", "LLM08:2025", "LLM02:2025", "LLM04:2025", "LLM09:2025"],
        "agent" => &[
            "LLM06:2025",
            "LLM06:2025",
            "LLM06:2025",
            "ASI01",
            "ASI01",
            "ASI02",
            "ASI02",
            "ASI03",
            "ASI03",
            "ASI04",
            "ASI05",
            "ASI06",
            "ASI07",
            "ASI09",
            "LLM01:2025",
        ],
        "coding_assistant" => &["LLM01:2025", "LLM03:2025", "LLM03:2025", "LLM05:2025", "LLM02:2025"],
        "generative_media" => &["LLM09:2025", "LLM01:2025", "LLM02:2025"],
        "ml_model" | "classifier" => {
            &["AML.T0015", "AML.T0015", "AML.T0024.002", "AML.T0024.000", "LLM03:2025", "LLM04:2025", "LLM10:2025"]
        }
        _ => &["LLM02:2025", "LLM03:2025"],
    }
}

/// What a failing eval category points to.
pub(crate) fn of_category(category: &str) -> &'static str {
    match category {
        "prompt_injection" | "indirect_injection" | "jailbreak" => "LLM01:2025",
        "data_leakage" => "LLM02:2025",
        "retrieval_access" => "LLM08:2025",
        "unsafe_output" | "toxicity" | "bias" => "LLM05:2025",
        "excessive_agency" => "LLM06:2025",
        "tool_safety" => "ASI02",
        "cost_abuse" => "LLM10:2025",
        _ => "LLM09:2025",
    }
}
