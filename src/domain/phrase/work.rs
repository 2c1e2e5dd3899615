//! What is done by a time: words that say nothing about when (完成, 及时转发), and the work itself (完成初稿, 报送工作总结).

use super::{
    BEYOND_RULES, HARD, SOFT, VAGUE,
    scan::{Fail, Parsed, PhraseReader, words},
};

/// What is done by then. It says nothing about the time, but only what is known to say nothing may be read over.
const VERBS: &str = "
    保持 报备 报告 报送 备案 编制 部署 承办 出台 传达 传达学习 答复 发布 发送 反馈 改进 更新 公布 公开 公示 巩固
    贯彻 贯彻落实 汇报 汇总 回复 回应 加强 坚持 检查 建成 解读 开展 考核 落实 评估 清理 上报 深化 实施 送达 提交
    提升 填报 通报 统计 推动 推进 完成 完善 维护 修订 学习 验收 印发 优化 召开 整改 执行 制定 转发 自查 总结
    组织实施 办结 办理 处理 处置 督查 做好
";
pub(super) const ADVERBS: &str = "及时 依法 统一 全部 全面 组织 予以 对外 主动 同步 逐级 并 分别 各";

/// Other words that work begins with.
const MORE_VERBS: &str = "
    报 交 报请 报批 报审 报市 报县 报省 举行 举办 建立 建设 健全 形成 启动 开工 竣工 投产 投用 投入 实现 达到 取得 发放 发文
    拨付 下达 签订 申报 审定 审核 审议 批复 清算 结算 拆除 整治 治理 关停 搬迁 安装 改造 配备 配套 培训 宣传 调度
    调研 巡查 督导 抽查 通车 运行 上线 试行 编印 拟定 拟订 草拟 起草 征求 组织 协调 指导 确保 保障 移交 归档 交付
    收集 梳理 排查 摸清 摸底 公告 出具 提出 提供 提请 兑现 解决 消除 化解 压减 淘汰 取缔 取消 基本 初步 牵头 会同
    出版 录入 核查 核实 核定 对接 研究 制订 新增 新建 扩建 打造 培育 引进 招聘 采购 招标 封顶 动工 复工 入库 销号
    清零 结束 完工 贯通 投运 开业 开园 挂牌 揭牌 结题 结项 报道 更换 更正 督促 督办 修改 修编 设立 成立 划定 划转 开通 开放 接入 汇编 编写 编报 分析 研判 讨论 举报 销毁
    暗访 暗查 明察 明查 走访 回访 约谈 评审 评选 评比 评定 评议 考评 测评 终评 演练 演习 普查 复查 复核 抽检 检测 监测
    巡察 审计 申请 申办 报名 受理 立项 选址 征地
";
/// Of which the object may be of another time: 7月10日前报送上半年工作总结.
const REPORTING: &str = "报 报送 报告 上报 提交 汇报 汇总 公布 公开 通报 填报 统计 总结 编报 分析 反馈";
const REPORTED: &str = "上月 本月 当月 上季度 上季 本季度 本季 当季 上半年 下半年 全年 上周 本周 上旬度 半年";

/// Parts of a time, or words that turn the meaning around: work that has one may not be done by then.
const NOT_IN_WORK: &str = "
    每 前 后 起 初 底 末 旬 不 未 除 非 暂 拟 即日 次日 次月 次季 次年 翌年 下月 下个月 下季 明年 当日 当天 当月 当季 上月 本月
    上季 本季 上周 本周 下周 全年 长期 持续 常年 常态化 上半年 下半年 半年 双月 隔月 小时 春节 国庆 中秋 元旦 五一 汛期 学期
";
/// Words that only look like them.
const HARMLESS: &str = "
    前期 提前 前置 前瞻 目前 后续 售后 落后 后勤 后备 背后 一起 发起 起草 起步 引起 起诉 初稿 初步 初审 初评 初验 初期
    基层 底数 摸底 底线 底账 彻底 期末 末端 不动产 不良 不得低于 不少于 不低于 除险 消除 解除 免除 拆除 清除 除恶 非遗 非法
    非公 非税 未成年 未来 草拟 拟定 拟订 模拟 全年任务 全年目标 全年工作 全年计划 全年各项 中长期 长期规划 三年行动 三年计划
    三年规划 三年滚动 五年规划 五年计划 百日攻坚 百日行动 到底 前沿 后期 后评估 后整改 按时 按期 如期 逐步 有序 及时
";
/// What a number of them makes a time.
const TIME_UNITS: &str = "年 月 日 号 天 周 旬 季 时 星期 礼拜 工作日 自然日 个月 个季 个半月 个工作日 个星期 个周 个小时 个自然日 半年 半月";
pub(super) const LONGEST_LABEL: usize = 50;

impl PhraseReader<'_> {
    /// ```text
    /// doing := action | work
    /// ```
    /// to where a part may end. The work, where it is more than words that say nothing; `closed`: a word before it has
    /// ended the time (6月底前), so that it may begin with anything.
    pub(super) fn doing(&mut self, closed: bool) -> Parsed<Option<String>> {
        let to_its_end = self.maybe(|reader| {
            reader.action()?;
            if reader.part_ends() { Ok(()) } else { Err(Fail::NotHere) }
        })?;
        if to_its_end.is_some() || self.maybe(Self::once_each)?.is_some() {
            return Ok(None);
        }
        self.maybe(|reader| reader.work(closed))
    }

    /// ```text
    /// once each := (各 | 分别) action? 一次
    /// ```
    /// to where a part may end: of each day before it.
    fn once_each(&mut self) -> Parsed<()> {
        self.word("各 分别 均")?;
        self.maybe(Self::action)?;
        let count = self.count()?;
        self.word("次")?;
        if count == 1 && self.part_ends() {
            Ok(())
        } else {
            Err(Fail::NotHere)
        }
    }

    /// ```text
    /// action := adverb* verb ((、 | 和 | 并 | 及)? verb)* (完毕 | 到位 | 工作 | 情况)?
    /// ```
    pub(super) fn action(&mut self) -> Parsed<()> {
        while self.has(ADVERBS) {}
        self.word(VERBS)?;
        let one_more = |reader: &mut Self| {
            reader.has("、 和 并 及");
            if reader.ahead(Self::labelled_day) {
                return Err(Fail::NotHere); // …印发、报告12月底: a part of its own
            }
            reader.word(VERBS)
        };
        while self.maybe(one_more)?.is_some() {}
        self.has("完毕 到位 工作 情况");
        Ok(())
    }

    /// ```text
    /// work := TEXT without a time in it
    /// ```
    fn work(&mut self, closed: bool) -> Parsed<String> {
        let start = self.at;
        if self.part_ends() && !self.spaced() {
            return Err(Fail::NotHere);
        }
        let named = self.ahead(|reader| {
            while reader.has(ADVERBS) {}
            reader.word(VERBS).or_else(|_| reader.word(MORE_VERBS))
        });
        if !named && (!closed || self.spaced() || self.sees("的 起 之 以 或 等 间 至 到 ( 左右")) {
            return Err(Fail::NotHere);
        }
        let reporting = self.ahead(|reader| reader.word(REPORTING));
        while !self.at_end() {
            let begins = self.at > start && (self.apart() || self.goes_on() || self.begins_a_part());
            if begins || self.sees(HARD) {
                break;
            }
            self.at += 1;
        }
        let (text, plain) = (self.text(start, self.at), self.plain(start, self.at));
        let written = |c: char| {
            (c.is_alphanumeric() && (!c.is_numeric() || is_digit(c))) || "《》（）()“”、·—-〔〕/%".contains(c)
        };
        if text.is_empty() || !plain.chars().all(written) || names_a_time(&plain, reporting) {
            return Err(Fail::NotHere);
        }
        Ok(text)
    }

    /// Whether another time begins here, after a line break or a soft separator.
    fn begins_a_part(&mut self) -> bool {
        let (soft, broken) = (self.sees(SOFT), self.spaced());
        (soft || broken)
            && self.ahead(|reader| {
                reader.has(SOFT);
                if reader.ahead(Self::labelled_day) {
                    return Ok(());
                }
                reader.when().map(drop)
            })
    }

    /// Work as the label of its day, where it fits.
    pub(super) fn label_of(work: Option<String>) -> Option<String> {
        work.filter(|work| work.chars().count() <= LONGEST_LABEL)
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || "〇零一二三四五六七八九十百千两几数".contains(c)
}

/// Whether there is a time in the text, or a doubt about the one before it.
fn names_a_time(text: &str, reporting: bool) -> bool {
    let mut text = words(HARMLESS).fold(text.to_owned(), |text, word| text.replace(word, "，"));
    if reporting {
        text = words(REPORTED).fold(text, |text, word| text.replace(word, "，"));
    }
    let numbered = text.char_indices().any(|(at, c)| {
        let rest = text[at..].trim_start_matches(is_digit);
        is_digit(c) && !rest.starts_with("年度") && words(TIME_UNITS).any(|unit| rest.starts_with(unit))
    });
    numbered
        || [NOT_IN_WORK, VAGUE, BEYOND_RULES]
            .iter()
            .any(|list| words(list).any(|word| text.contains(word)))
}
