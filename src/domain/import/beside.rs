//! What a file has that nothing is made of: it may be work, so it is reported for a check.

use super::{
    brackets,
    document::{Beside, BesideKind, Document},
    finding::{FindingCode, Findings},
    heading::Heading,
};
use crate::{domain::fault::Bilingual, say};

/// Tells of what stands beside the paragraphs and cells of a document.
pub fn tell(document: &Document, findings: &mut Findings) {
    for beside in &document.beside {
        let (code, detail, remedy) = said(beside);
        findings.note(code, beside.place, &beside.text, detail).remedy(remedy);
    }
}

/// What to do with work that stands where nothing is made of it.
pub fn into_table() -> Bilingual {
    say!(
        "如写有任务、单位或时限，请移入表格后重新上传",
        "if it says what is to be done, by whom or when, move it into the table, and send that file"
    )
}

fn said(beside: &Beside) -> (FindingCode, Bilingual, Bilingual) {
    match beside.kind {
        BesideKind::HiddenSheet => {
            let name = &beside.text;
            (
                FindingCode::Hidden,
                say!(
                    "工作表“{name}”被隐藏，未读",
                    "the sheet “{name}” is hidden, and was not read"
                ),
                say!(
                    "如也是任务，请取消隐藏后重新上传",
                    "if it has tasks too, unhide it, and send that file"
                ),
            )
        }
        BesideKind::HiddenText => (
            FindingCode::Hidden,
            say!("隐藏的文字，未读", "hidden words, which were not read"),
            say!(
                "如应计入，请取消隐藏后重新上传",
                "if they count, unhide them, and send that file"
            ),
        ),
        BesideKind::Footnote => (
            FindingCode::Footnote,
            say!("脚注，未计入方案", "a footnote; nothing of the plan is made of it"),
            into_table(),
        ),
        BesideKind::Endnote => (
            FindingCode::Footnote,
            say!("尾注，未计入方案", "an endnote; nothing of the plan is made of it"),
            into_table(),
        ),
        BesideKind::Comment => (
            FindingCode::Comment,
            say!("批注，未计入方案", "a comment; nothing of the plan is made of it"),
            into_table(),
        ),
        BesideKind::TextBox => (
            FindingCode::TextBox,
            say!(
                "文本框，只按表外文字读取",
                "a text box, which is read as words outside the tables"
            ),
            into_table(),
        ),
        BesideKind::Running => (
            FindingCode::RunningText,
            say!("页眉或页脚，未读", "the top or bottom of the pages, which was not read"),
            into_table(),
        ),
        BesideKind::Changes(count) => (
            FindingCode::TrackedChanges,
            say!(
                "文件有 {count} 处修订痕迹，按全部接受读取：删除的文字未读，插入的已读",
                "{count} changes are recorded, and were read as accepted: what was deleted is not read, what was inserted is"
            ),
            say!(
                "请在文件中接受或拒绝全部修订后重新上传",
                "accept or reject all of them in the file, and send that"
            ),
        ),
        BesideKind::Pictures(count) => (
            FindingCode::Picture,
            say!(
                "{count} 个图片或嵌入对象，其中的文字未读",
                "{count} pictures or embedded objects; words in them are not read"
            ),
            say!(
                "如图片中有任务，请录成文字后重新上传",
                "if they show tasks, type them as text, and send that file"
            ),
        ),
    }
}

/// Tells of headings that nothing stands below, and of those that say who: that is nobody's work yet.
pub fn headings(headings: &[Heading], reader: brackets::BracketReader<'_>, findings: &mut Findings) {
    for heading in headings {
        let (code, detail, remedy) = if !heading.used {
            (
                FindingCode::EmptyHeading,
                say!(
                    "按标题读取，但其下没有任务，未计入方案",
                    "it was read as a heading, and no task stands below it: nothing of the plan is made of it"
                ),
                say!(
                    "如是任务，在文件中为其写明单位或时限后重新上传，或建成后添加",
                    "if it is a task, write its units or deadline beside it in the file and send that, or add it to the plan"
                ),
            )
        } else if reader.names_units(&heading.text) {
            (
                FindingCode::NotUnderstood,
                say!(
                    "标题中写了责任单位，未计入其下各项",
                    "the heading names units; they were not taken for what stands below it"
                ),
                say!(
                    "如其下各项也由其负责，在文件中写到各行后重新上传",
                    "if what stands below is theirs too, write them in each row, and send that file"
                ),
            )
        } else {
            continue;
        };
        findings.note(code, heading.place, &heading.text, detail).remedy(remedy);
    }
}
