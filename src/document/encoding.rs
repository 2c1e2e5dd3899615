//! Bytes of plain text, in whatever encoding offices write.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{FileRefusal, clean};
use crate::say;

/// The text in `bytes`: by its byte order mark, else UTF-8, UTF-16, GB18030 or Big5, whichever it can be.
pub fn decoded(bytes: &[u8]) -> Result<String, FileRefusal> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), &bytes[length..]),
        None => (wide(bytes), bytes),
    };
    let strict = |encoding: &'static Encoding| {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(|text| clean(&text))
    };
    if let Some(text) = strict(encoding.unwrap_or(UTF_8)) {
        return Ok(text);
    }
    if let Some(line) = broken_line(bytes).filter(|_| encoding.is_none_or(|encoding| encoding == UTF_8)) {
        return Err(FileRefusal::Broken(say!(
            "文件是 UTF-8 编码，但第 {line} 行有损坏的字符：请在原软件中打开，改正该行后另存为 UTF-8",
            "it is UTF-8, and line {line} has broken characters: open it where it was made, mend the line, and save it as UTF-8"
        )));
    }
    let guesses = if encoding.is_some() {
        [None, None]
    } else {
        [strict(GB18030), strict(BIG5)]
    };
    match guesses {
        // What is of one can be read as the other, and says nothing then.
        [Some(mainland), Some(big)] => Ok(if share(&big, BIG) > share(&mainland, MAINLAND) {
            big
        } else {
            mainland
        }),
        [Some(text), None] | [None, Some(text)] => Ok(text),
        [None, None] => Err(FileRefusal::Broken(say!(
            "文字编码无法识别，或有损坏的字符：请另存为 UTF-8 或 GB18030（ANSI）",
            "its encoding is not known, or it has broken characters: save it as UTF-8 or GB18030"
        ))),
    }
}

/// What plans are full of.
const MAINLAND: &str = "的年月日工作单位责任完成时限市区县镇局委办要求任务目标号项政府";
/// The characters of [`MAINLAND`] in traditional script, as Big5 has them.
const BIG: &str = "的年月日工作單位責任完成時限市區縣鎮局委辦要求任務目標號項政府";

/// How many of a thousand characters beyond ASCII are among `common` ones.
fn share(text: &str, common: &str) -> usize {
    let wide = || text.chars().filter(|c| !c.is_ascii());
    wide().filter(|c| common.contains(*c)).count() * 1000 / wide().count().max(1)
}

/// The first line with broken bytes, where the rest is UTF-8: of nothing else so much would be well formed.
fn broken_line(bytes: &[u8]) -> Option<usize> {
    let (mut whole, mut broken, mut first, mut at) = (0, 0, None, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            broken += 1;
            first.get_or_insert(at);
        }
        at += chunk.invalid().len();
    }
    let before = &bytes[..first.filter(|_| whole > 4 * broken)?];
    Some(before.split(|byte| *byte == b'\n').count())
}

/// UTF-16 without a mark has its ends of lines, tabs and figures with a zero beside them.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) || !bytes.contains(&0) {
        return None;
    }
    let plain = |ascii: u8, zero: u8| zero == 0 && (ascii == b'\n' || ascii == b'\t' || (b' '..=b'~').contains(&ascii));
    let (pairs, _) = bytes.as_chunks::<2>();
    let little = pairs.iter().filter(|[low, high]| plain(*low, *high)).count();
    let big = pairs.iter().filter(|[high, low]| plain(*low, *high)).count();
    match little.cmp(&big) {
        std::cmp::Ordering::Greater => Some(UTF_16LE),
        std::cmp::Ordering::Less => Some(UTF_16BE),
        std::cmp::Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_the_encodings_of_offices() {
        let text = "2018年任务分工表\n序号,工作任务,责任单位,完成时限\n1,公开预算,市财政局,6月底\n";
        let traditional = "2018年任務分工表\n序號,工作任務,責任單位,完成時限\n1,公開預算,市財政局,6月底\n";
        let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for (bytes, expected) in [
            (text.as_bytes().to_vec(), text),
            (GB18030.encode(text).0.into_owned(), text),
            (GB18030.encode(traditional).0.into_owned(), traditional),
            (BIG5.encode(traditional).0.into_owned(), traditional),
            (wide(u16::to_le_bytes), text),
            (wide(u16::to_be_bytes), text),
        ] {
            assert_eq!(decoded(&bytes).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn broken_utf8_is_told_by_its_line() {
        let mut bytes = "2018年任务分工表\n序号,工作任务\n1,公开预算\n".as_bytes().to_vec();
        let at = bytes.len() - 4;
        bytes[at] = 0xff;
        let Err(FileRefusal::Broken(detail)) = decoded(&bytes) else {
            panic!("it was read")
        };
        assert!(detail.zh.contains("第 3 行"), "{}", detail.zh);
    }
}
