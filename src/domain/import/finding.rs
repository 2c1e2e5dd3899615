//! What is told about a file: what was not understood, and what was understood in a way that its users should know of.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{corrections::Key, document::Place};
use crate::{
    domain::{deadline::Rule, fault::Bilingual, vocabulary::vocabulary},
    say,
};

vocabulary! {
    /// 严重程度：`error` 须先更正才能落库 (severity: an `error` is corrected before the import is committed)
    #[schema(as = ImportSeverity)]
    pub enum Severity {
        /// Stands in the way of a commit.
        Error = "error": "错误", "error";
        /// Somebody should look.
        Warning = "warning": "提醒", "warning";
        /// How something was understood.
        Info = "info": "说明", "information";
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:tt, $severity:ident: $zh:literal, $en:literal;)*) => {
        vocabulary! {
            /// 所见何事 (what was found)
            #[schema(as = ImportFindingCode)]
            pub enum FindingCode { $($(#[$doc])* $variant = $text: $zh, $en;)* }
        }

        impl FindingCode {
            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// No table, or none whose header is understood.
    NoTable = "no_table", Error: "没有可识别的表格", "no table was recognised";
    /// A table with nothing to do.
    NoTasks = "no_tasks", Error: "没有任务", "there are no tasks";
    /// The file has no year, and none was given.
    NoYear = "no_year", Error: "不知道年度", "the year is not known";
    /// No id was given for the plan.
    NoPlanId = "no_plan_id", Error: "未指定方案编号", "the plan has no id yet";
    /// No title was found.
    NoTitle = "no_title", Error: "没有找到标题", "no title was found";
    /// A unit that nobody knows.
    UnknownUnit = "unknown_unit", Error: "没有这个单位", "there is no such unit";
    /// What a plan does not take: too long, or a unit that is not there.
    Unfit = "unfit", Error: "不合方案的要求", "not what a plan takes";
    /// A row that has units or a deadline and nothing to do.
    NoText = "no_text", Error: "没有任务内容", "nothing to do is written";
    /// Text in a row that went nowhere.
    NotUnderstood = "not_understood", Warning: "未能理解", "not understood";
    /// A table whose header is not understood.
    UnknownTable = "unknown_table", Warning: "表头未能识别", "the header was not recognised";
    /// Words in a column without a header.
    NoHeader = "no_header", Warning: "该列没有表头，未计入", "a column without a header was left out";
    /// What stands above a later table of tasks.
    TableHeading = "table_heading", Warning: "后一张表的标题未计入", "the heading of a later table was left out";
    /// A deadline that does not read.
    UnreadDeadline = "unread_deadline", Warning: "时限读不成日期", "the deadline does not read";
    /// A day without a year, in a plan of several.
    NoYearOfDay = "no_year_of_day", Warning: "时限未写年份", "a deadline names no year";
    /// A day that the plan's period does not have.
    OutsidePeriod = "outside_period", Warning: "时限不在方案期间内", "a deadline outside the plan's period";
    /// The plan that it would be made into is there, or is not one that it can be added to.
    PlanRefused = "plan_refused", Error: "不能写入该方案", "the plan does not take it";
    /// Rows, columns or sheets that nobody sees.
    Hidden = "hidden", Warning: "隐藏的内容", "what is hidden";
    /// A person in a cell of units.
    PersonInUnits = "person_in_units", Warning: "单位一格写有人员", "a person in a cell of units";
    /// A deadline cell that is truly empty.
    NoDeadline = "no_deadline", Warning: "没有写时限", "no deadline is written";
    /// A unit cell that is truly empty.
    NoUnit = "no_unit", Warning: "没有写单位", "no unit is written";
    /// An empty cell taken for the one above, where the format does not say.
    AssumedMerged = "assumed_merged", Warning: "空格按与上格合并理解", "empty cells were taken to be merged with the one above";
    /// 等单位: others are meant too.
    OpenList = "open_list", Warning: "“等”所指不明", "others are meant that are not named";
    /// A unit that stands twice.
    RepeatedUnit = "repeated_unit", Info: "单位重复", "a unit stands twice";
    /// A unit in brackets that is taken as the remark of another.
    UnitInBrackets = "unit_in_brackets", Info: "括号内的单位未另计", "the unit in brackets is not counted by itself";
    /// A prefix carried along a list.
    CarriedPrefix = "carried_prefix", Info: "沿用前一单位的前缀", "the prefix of the unit before was carried along";
    /// A column that the model has no word for.
    ExtraColumn = "extra_column", Info: "其他列", "another column";
    /// A time in the text that no deadline of its requirement is.
    TimeInText = "time_in_text", Info: "正文中有时间", "the text names a time";
    /// A correction of something that the file does not say.
    UnusedCorrection = "unused_correction", Warning: "更正未对上原文", "a correction matches nothing";
    /// The heading of a table again, on the next page.
    RepeatedHeader = "repeated_header", Info: "分页重复的表头", "the header again";
    /// The title of a task again, on the next page.
    RepeatedTask = "repeated_task", Info: "分页重复的任务", "the task again";
    /// Its title twice in its cell.
    DoubledText = "doubled_text", Info: "格内文字重复", "the words stand twice in their cell";
    /// Paragraphs were read, where there is no table.
    ReadAsText = "read_as_text", Info: "按段落读取", "read as paragraphs";
    /// A column of a kind that there is another of.
    SecondColumn = "second_column", Warning: "同义的另一列", "another column of the kind";
    /// The title names several years.
    SeveralYears = "several_years", Warning: "标题写了多年", "the title names several years";
    /// What is longer than a plan takes.
    ShortenedText = "shortened_text", Warning: "文字过长，已截短", "too long, and cut";
    /// Numbers that are the word processor's.
    SpuriousNumber = "spurious_number", Info: "续行序号未采用", "numbers of continuation rows were left out";
    /// A row of totals.
    TotalRow = "total_row", Info: "合计行", "a row of totals";
    /// There are more than are told.
    More = "more", Warning: "其余未列出", "there are more";
    /// A comment that says what deadlines mean.
    Settled = "settled_deadline", Info: "时限按批注核定", "a comment settles the deadline";
    /// Half a sentence in a row of its own.
    JoinedText = "joined_text", Warning: "断开的句子已接上", "a broken sentence was joined";
    /// Rows of one text, each with units and a deadline.
    PartedRows = "parted_rows", Info: "合并的内容分为几项", "rows of one text are requirements each";
    /// That the first unit named leads.
    FirstLeads = "first_leads", Info: "首位单位按牵头单位读取", "the first unit named leads";
    /// A comment that should say what deadlines mean, and does not fit them.
    Unsettled = "unsettled_deadline", Warning: "批注的核定时限未采用", "the comment on the deadline was left out";
    /// The deadline of what has none.
    DefaultDeadline = "default_deadline", Info: "默认时限", "the deadline of what has none";
    /// A heading that no task stands below.
    EmptyHeading = "empty_heading", Warning: "标题下没有任务", "a heading with no task below it";
    /// A footnote or an endnote.
    Footnote = "footnote", Warning: "注释未计入", "a note was left out";
    /// A text box outside the tables.
    TextBox = "text_box", Warning: "文本框", "a text box";
    /// The top or the bottom of pages.
    RunningText = "running_text", Info: "页眉页脚未读", "the top or bottom of pages was left out";
    /// Changes that were recorded.
    TrackedChanges = "tracked_changes", Warning: "有修订痕迹", "recorded changes";
    /// Pictures and embedded objects.
    Picture = "picture", Info: "图片未读", "pictures were left out";
    /// A comment on a cell.
    Comment = "comment", Info: "批注未计入", "a comment was left out";
    /// A comment that says what its cell does not.
    AsNoted = "as_noted", Info: "按批注读取", "read as a comment says";
    /// A row of remarks.
    RemarkRow = "remark_row", Info: "备注行", "a row of remarks";
    /// A title made of the first words.
    ShortenedTitle = "shortened_title", Info: "标题取自正文", "the title is the beginning of the text";
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BilingualText)]
pub struct Words {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

impl From<Bilingual> for Words {
    fn from(Bilingual { zh, en }: Bilingual) -> Self {
        Self { zh, en }
    }
}

/// 读文件时的一项发现 (something that was found in the file)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportFinding)]
pub struct Finding {
    /// 严重程度 (how much it matters)
    pub severity: Severity,
    /// 所见何事 (what)
    pub code: FindingCode,
    /// 位置；没有则指整个文件 (where; absent: the file as a whole)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// 原文 (the original text)
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "市教委")]
    pub original: String,
    /// 说明 (what was found, in words)
    pub detail: Words,
    /// 可以怎么办 (what to do)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Words>,
    /// 名称相近的单位 (units with a name like it)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["市教育局 (jyj)"]))]
    pub near: Vec<String>,
    /// 时间可读为的规则，可照用于更正 (what the time would mean: rules for a correction)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// Findings that are told of one file: once these are mended, the next are shown.
const MOST: usize = 2000;

/// Collects findings.
#[derive(Debug, Default)]
pub struct Findings {
    all: Vec<Finding>,
    ignored: bool,
    /// How many there are beyond those that are told, and the last of them.
    more: usize,
    untold: Option<Finding>,
    /// The corrections that were of something.
    used: BTreeSet<Key>,
}

impl Findings {
    /// For who does not care.
    pub fn ignored() -> Self {
        Self {
            ignored: true,
            ..Self::default()
        }
    }

    /// Where to note what is wrong with a cell: of one that others inherit that is told once, where it stands, and of these
    /// goes `elsewhere`.
    pub fn once<'f>(&'f mut self, inherited: bool, elsewhere: &'f mut Self) -> &'f mut Self {
        if inherited { elsewhere } else { self }
    }

    /// Notes one; what to do can be added to what is given back.
    pub fn note(
        &mut self,
        code: FindingCode,
        place: impl Into<Option<Place>>,
        original: &str,
        detail: Bilingual,
    ) -> &mut Finding {
        let finding = Finding::new(code, place.into(), original, detail);
        if self.ignored {
            self.all.clear();
        }
        // An error stands in the way of a commit: one of them is always told.
        let is_told = |told: &Finding| told.severity == Severity::Error;
        if self.all.len() >= MOST && (finding.severity != Severity::Error || self.all.iter().any(is_told)) {
            self.more += 1;
            return self.untold.insert(finding);
        }
        self.all.push(finding);
        let last = self.all.len() - 1;
        &mut self.all[last]
    }

    /// Notes that a correction is of something that the document says.
    pub fn uses(&mut self, correction: Key) {
        self.used.insert(correction);
    }

    /// The corrections that are.
    pub fn used(&self) -> &BTreeSet<Key> {
        &self.used
    }

    /// Whether there are so many that names near others are not looked for any more.
    pub fn are_many(&self) -> bool {
        self.ignored || self.all.len() > 200
    }

    /// All, in the order of the document; those of the whole file first.
    pub fn into_sorted(mut self) -> Vec<Finding> {
        if self.more > 0 {
            let count = self.more;
            let detail = say!(
                "还有 {count} 项发现未列出，更正所列各项后可见",
                "{count} more were found, and are told when these are mended"
            );
            self.all.push(Finding::new(FindingCode::More, None, "", detail));
        }
        self.all.sort_by_key(|finding| (finding.place, finding.severity));
        self.all
    }
}

impl Finding {
    fn new(code: FindingCode, place: Option<Place>, original: &str, detail: Bilingual) -> Self {
        Self {
            severity: code.severity(),
            code,
            place,
            original: original.to_owned(),
            detail: detail.into(),
            remedy: None,
            near: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// Says what to do.
    pub fn remedy(&mut self, remedy: Bilingual) -> &mut Self {
        self.remedy = Some(remedy.into());
        self
    }
}
