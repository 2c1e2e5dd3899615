//! Deadlines that run from an event: 收到省级政策文件后及时转发, 20个工作日内, 按省工作部署, 视试点完成情况而定.

use super::{
    AT, HARD, Reading, VAGUE, refuse,
    scan::{Fail, Parsed, PhraseReader, ends_in, holds, is_one_of, words},
};
use crate::{
    domain::deadline::{Rule, SpanUnit, Within},
    say,
};

/// The event of a span whose phrase names none (3个工作日内): a person must say which it is.
pub const UNNAMED_EVENT: &str = "未写明的起算事件";

const AFTER: &str = "后 之后 以后 日起 之日起 之日后";
/// With 后 these are words of their own (最后, 今后, 延后), and no event stands before them.
const NOT_BEFORE_AFTER: &str = "最 随 然 今 此 先 前 往 稍 事 之 以 延 推 滞 落";
/// Words before an event that are not part of its name, unless they begin another word.
const FROM: &str = "自 自从 从 在 于 待";
const NOT_FROM: &str = "
    自查 自评 自检 自主 自行 自然 自治 自贸 自愿 自建 自有 从业 从严 在线 在建 在职 在校 在编 待遇 待办
";
const PROMPTLY: &str = "立行立改 立知立改 即知即改 即行即改 立查立改 及时 即时 立即 随即 马上 第一时间";

const BY: &str = "按 按照 根据 依照 依据 遵照";
const AWAIT: &str = "待 等 等待 等候";
const NOT_AWAIT: &str = "待遇 待办 等级 等次 等保 视频 视察 视为 视同";
/// What a body that gives orders ends in, and what only looks like one.
const BODIES: &str = "
    上级 国家 中央 省 市 县 区 镇 省级 市级 部 委 厅 局 办 政府 国务院 法院 检察院 小组 委员会 常委会 全会 会议
    部门 单位 机关 中心
";
const NOT_BODIES: &str = "全部 内部 外部 局部 干部 主办 承办 经办";
/// What a provision that sets a time limit ends in.
const PROVISIONS: &str = "法 条例 办法 规定 细则 》 合同 协议 章程";
const QUALIFIERS: &str = "工作 统一 有关 相关 总体 具体 最新 专项";
const ORDERS: &str = "部署 安排 要求 任务";
const PAPERS: &str = "通知 文件";
const LIMITS: &str = "时限 时间 期限 时间节点 时间要求 时限要求";
/// Of which 视…情况而定 says no more than 视情况而定.
const SAYS_NOTHING: &str = "情况 工作 工作进展 工作开展 进展 推进 实施 实际 具体 有关 相关";
/// After these an event is named in full.
const DONE: &str = "完成 结束 印发 发布 出台 公布 批复 通过 启动 下达 验收";

/// Parts of a time within the name of an event: there would be a second deadline in it.
const NOT_IN_AN_EVENT: &str = "每 底前 日前 号前 月前 年前 季度前";
const PERIODS: &str = "旬 上旬 中旬 下旬 月 月度 季 季度 半年 年 年度 本年 当年 次年 全年";
const LONGEST_NAME: usize = 100;

/// Units of a span: how a rule counts it, how many of those it is, and whether a number of it is a span without 内.
const UNITS: &[(&str, (SpanUnit, u32, bool))] = &[
    ("工作日", (SpanUnit::WorkingDay, 1, true)),
    ("个工作日", (SpanUnit::WorkingDay, 1, true)),
    ("天", (SpanUnit::Day, 1, true)),
    ("日", (SpanUnit::Day, 1, false)),
    ("自然日", (SpanUnit::Day, 1, true)),
    ("个自然日", (SpanUnit::Day, 1, true)),
    ("周", (SpanUnit::Day, 7, false)),
    ("星期", (SpanUnit::Day, 7, false)),
    ("个星期", (SpanUnit::Day, 7, false)),
    ("个月", (SpanUnit::Month, 1, false)),
    ("个季度", (SpanUnit::Month, 3, false)),
    ("年", (SpanUnit::Year, 1, false)),
];
/// 三月内 may be in March, and the length of 半个月 is not agreed on.
const OTHER_UNITS: &str = "月 季度 小时 个小时 个半月 年半";

/// Where a free text stands: from glyph, to glyph.
type GlyphSpan = (usize, usize);

/// Whether a name is that of a day or month: what is after it is after no event.
fn is_a_day(name: &str) -> bool {
    let last = name.trim_end_matches(['日', '号', '底', '末', '月', '年', '份', '初', '中']);
    (last != name || last.contains('月'))
        && last.ends_with(|c: char| c.is_numeric() || "一二三四五六七八九十".contains(c))
}

impl PhraseReader<'_> {
    /// ```text
    /// span := at? pace
    /// ```
    pub(super) fn span(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        self.has(AT);
        let within = self.pace()?;
        Ok(vec![self.on_event(from, UNNAMED_EVENT.to_owned(), None, within)])
    }

    /// ```text
    /// after := (自 | 从 | 在 | 于 | 待)? EVENT (后 | 之日起) 的? ，? (pace | action)
    /// ```
    pub(super) fn after(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        if !self.sees(NOT_FROM) {
            self.has(FROM);
        }
        let (name, within) = self.open(|reader| {
            reader.word(AFTER)?;
            reader.has("的");
            reader.has("， ,");
            match reader.maybe(Self::pace)? {
                Some(within) => Ok(within),
                None => reader.action().map(|()| None),
            }
        })?;
        let event = match self.name(name)?.as_str() {
            "会" | "会议" => "会议结束".to_owned(),
            short if short.chars().count() < 2 || ends_in(short, NOT_BEFORE_AFTER) => return Err(Fail::NotHere),
            // 2018年1月1日起实施 begins on a day, and says not by when.
            day if is_a_day(day) => return Err(Fail::NotHere),
            event => event.to_owned(),
        };
        Ok(vec![self.on_event(from, event, None, within)])
    }

    /// ```text
    /// order := 按 EVENT 后的? (时间 | 时限)? 要求 action?
    ///        | 按 (PROVISION | BODY) (规定 | 要求 | …) 的? 时限 内? action?
    ///        | 按 BODY command (要求 | 精神)? action?
    /// ```
    pub(super) fn order(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        self.word(BY)?;
        let (event, basis) = self.either(&[Self::order_after, Self::limit, |reader| {
            let event = reader.command(|reader| {
                reader.has("要求 精神");
                reader.maybe(Self::action).map(|_| ())
            })?;
            Ok((event, None))
        }])?;
        Ok(vec![self.on_event(from, event, basis, None)])
    }

    fn order_after(&mut self) -> Parsed<(String, Option<String>)> {
        let (name, ()) = self.open(|reader| {
            reader.word("后 之后 以后")?;
            reader.has("的");
            reader.has("时间 时限");
            reader.word("要求")?;
            reader.maybe(Self::action).map(|_| ())
        })?;
        Ok((self.name(name)?, None))
    }

    fn limit(&mut self) -> Parsed<(String, Option<String>)> {
        let (name, (start, end)) = self.open(|reader| {
            let start = reader.at;
            reader.word("规定 约定 要求 明确 确定")?;
            let verb = (start, reader.at);
            reader.has("的");
            reader.word(LIMITS)?;
            reader.has("内");
            reader.maybe(Self::action)?;
            Ok(verb)
        })?;
        let (name, verb) = (self.name(name)?, self.text(start, end));
        if ends_in(&name, PROVISIONS) || (name.contains('第') && ends_in(&name, "条 款 项")) {
            Ok((format!("{name}{verb}的起算事件"), Some(name)))
        } else if is_body(&name) {
            Ok((format!("{name}明确时限"), None))
        } else {
            Err(Fail::NotHere)
        }
    }

    /// ```text
    /// command := BODY 的? qualifier* ((部署 | 安排 | 要求 | 任务)+ | 通知 | 文件)
    /// ```
    /// and the event of giving or receiving it.
    fn command(&mut self, closing: impl Fn(&mut Self) -> Parsed<()>) -> Parsed<String> {
        let (name, (start, end, paper)) = self.open(|reader| {
            reader.has("的");
            let start = reader.at;
            while reader.has(QUALIFIERS) {}
            let paper = reader.has(PAPERS);
            if !paper {
                reader.word(ORDERS)?;
                while reader.has(ORDERS) {}
            }
            let end = reader.at;
            closing(reader)?;
            Ok((start, end, paper))
        })?;
        let (body, what) = (self.name(name)?, self.text(start, end));
        match paper {
            _ if !is_body(&body) => Err(Fail::NotHere),
            true => Ok(format!("收到{body}{what}")),
            false => Ok(format!("{body}下达{what}")),
        }
    }

    /// ```text
    /// awaited := 另行通知 | 待通知 | 以通知为准 | 视 EVENT (情况 而定? | 而定) | 待 command | 以 command 为准
    /// ```
    pub(super) fn awaited(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        if self.sees(NOT_AWAIT) {
            return Err(Fail::NotHere);
        }
        let event = self.either(&[
            |reader| {
                let table = [
                    ("另行通知", "收到另行通知"),
                    ("时间另行通知", "收到另行通知"),
                    ("另行部署", "下达另行部署"),
                    ("另行安排", "下达另行安排"),
                    ("待通知", "收到通知"),
                    ("等候通知", "收到通知"),
                    ("等待通知", "收到通知"),
                    ("以通知为准", "收到通知"),
                ];
                reader.one_of(&table).map(str::to_owned)
            },
            |reader| {
                reader.word("视")?;
                let (name, ()) = reader.open(|reader| {
                    if reader.has("情况") {
                        reader.has("而定 再定 确定 决定");
                        return Ok(());
                    }
                    reader.word("而定 再定")
                })?;
                let name = reader.name(name)?;
                match name.as_str() {
                    name if is_one_of(name, SAYS_NOTHING) => Err(Fail::NotHere),
                    done if ends_in(done, DONE) => Ok(name),
                    state => Ok(format!("{state}情况明确")),
                }
            },
            |reader| {
                reader.word(AWAIT)?;
                reader.command(|_| Ok(()))
            },
            |reader| {
                reader.word("以")?;
                reader.command(|reader| reader.word("为准"))
            },
        ])?;
        Ok(vec![self.on_event(from, event, None, None)])
    }

    /// ```text
    /// pace := (within | 及时 | 即时 | 立即 | …) doing?
    /// ```
    fn pace(&mut self) -> Parsed<Option<Within>> {
        let within = self.maybe(Self::within)?;
        if within.is_none() {
            self.word(PROMPTLY)?;
        }
        self.doing(within.is_some())?;
        Ok(within)
    }

    /// ```text
    /// within := 不超过? count (工作日 | 天 | 日 | 周 | 个月 | 年) 内? | 半年内
    /// ```
    /// A number of 日, 周 or more needs 不超过 or 内: 3日 alone may be the third of a month.
    pub(super) fn within(&mut self) -> Parsed<Within> {
        let from = self.at;
        let capped = self.has("不超过 不得超过 不多于");
        let closing = "内 之内 以内";
        if self.has("半年") {
            if !(self.has(closing) || capped) {
                return Err(Fail::NotHere);
            }
            let unit = SpanUnit::Month;
            return Ok(Within { count: 6, unit });
        }
        let two = self.has("两");
        let count = if two { 2 } else { self.number()? };
        let unit = if two && self.has("月") {
            Ok((SpanUnit::Month, 1, false)) // 两月 is no month's name
        } else {
            self.one_of(UNITS)
        };
        let Ok((unit, length, alone)) = unit else {
            self.word(OTHER_UNITS)?;
            if !(self.has(closing) || capped) {
                return Err(Fail::NotHere);
            }
            return self.refused(from, |at| {
                say!(
                    "规则按日、工作日、个月或年计，不能表示“{at}”",
                    "a rule counts days, working days, months or years, not “{at}”"
                )
            });
        };
        if !(self.has(closing) || capped || alone) {
            return Err(Fail::NotHere);
        }
        let count = count.saturating_mul(length);
        if !(1..=366).contains(&count) {
            return self.refused(from, |at| say!("“{at}”不在 1 至 366 之间", "“{at}” is not 1 to 366"));
        }
        Ok(Within { count, unit })
    }

    fn on_event(&self, from: usize, event: String, basis: Option<String>, within: Option<Within>) -> Reading {
        self.reading(Rule::OnEvent { event, basis, within }, from)
    }

    /// The shortest free text, not empty, after which `rest` reads up to where a part may end. Outside brackets it has
    /// no hard separator and no space.
    fn open<T>(&mut self, rest: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<(GlyphSpan, T)> {
        let (start, mut depth) = (self.at, 0);
        for end in start + 1..self.len() {
            self.at = end - 1;
            if depth == 0 && (self.sees(HARD) || (self.at > start && self.apart())) {
                break;
            }
            match self.peek() {
                Some('(' | '《' | '〈' | '“' | '[' | '【' | '「') => depth += 1,
                Some(')' | '》' | '〉' | '”' | ']' | '】' | '」') => depth -= 1,
                _ => {}
            }
            self.at = end;
            if depth != 0 {
                continue;
            }
            let read = self.maybe(|reader| {
                let read = rest(reader)?;
                if reader.part_ends() {
                    Ok(read)
                } else {
                    Err(Fail::NotHere)
                }
            })?;
            if let Some(read) = read {
                return Ok(((start, end), read));
            }
        }
        Err(Fail::NotHere)
    }

    /// The free text from `start` to `end` as the name of an event or a body; refused when there is a time in it.
    fn name(&self, (start, end): GlyphSpan) -> Parsed<String> {
        let refuse = |why| Err(Fail::Refused(Box::new(refuse(self.verbatim(start, end), why))));
        let name = self.text(start, end);
        if end - start > LONGEST_NAME || name.contains(char::is_control) {
            return Err(Fail::NotHere);
        }
        let mut pieces = name.split(['、', '和', '及', '与']);
        if let Some(vague) = pieces.find_map(|piece| words(VAGUE).find(|vague| piece.starts_with(vague))) {
            return refuse(say!("“{vague}”没有写明时间", "“{vague}” names no time"));
        }
        if holds(&name, NOT_IN_AN_EVENT) || is_time(&name, self.year) {
            let why = say!(
                "“{name}”是日历上的时间，或者含有这样的时间",
                "“{name}” is or has a time of the calendar"
            );
            return refuse(why);
        }
        Ok(name)
    }
}

fn is_body(name: &str) -> bool {
    ends_in(name, BODIES) && !ends_in(name, NOT_BODIES)
}

/// Whether the text says when by itself (6月底, 3个工作日) or is the end of a period (季度结束).
fn is_time(text: &str, year: i32) -> bool {
    let mut reader = PhraseReader::new(text, year);
    let span = reader.count().is_ok() && (reader.one_of(UNITS).is_ok() || reader.has(OTHER_UNITS)) && reader.at_end();
    reader.at = 0;
    let time = reader.when().is_ok() && reader.at_end();
    let period = words("结束 终了 末 底")
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text);
    span || time || is_one_of(period, PERIODS)
}
