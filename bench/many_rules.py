"""Policies of any size for the benchmark: the rules of one policy, copied with other figures.

Each copy has 27 rules of its own parameters, so that no copy can share work with another: 10 copies in one
file are the 270 rules that are screened at once.
"""

from __future__ import annotations

from pathlib import Path

NUMERALS = "零一二三四五六七八九十"
RULES_PER_COPY = 27

_HEAD = """---
标识: {identifier}
文号: 测试〔2023〕1号
名称: 测试政策
发文机关: 测试机关
牵头部门: 测试部门
行政区划: "330100"
状态: 施行
施行: 2023-01-01
有效至: 2028-01-01
---
# 一、测试

规则相同、数值不同的若干份，只用于测速。
"""

_COPY = """
## （{n}）第{n}份

```参数
最低家数{n} [minimum_units_{i}] = {units}家
排除行业{n} [excluded_industries_{i}] = {{66, 67, 68, 691, 695, 699, 6311, 6312, 16, 5128, 4411, 5631, 70{i}}}
研判行业{n} [review_industries_{i}] = {{676, 692, 693, 694, 6319, 632, 633, 5227, 0134, 443, 5632, 71{i}}}
排除属性{n} [excluded_ownership_{i}] = {{「省属」, 「市属」, 「区属」}}
存量截止{n} [cutoff_{i}] = 2021-{month:02d}-28
存量门槛{n} [incumbent_floor_{i}] = {incumbent}万元
增量门槛{n} [newcomer_floor_{i}] = {newcomer}万元
研发门槛{n} [rnd_floor_{i}] = {rnd}万元
研发比例{n} [rnd_ratio_{i}] = {share}%
交易所{n} [exchanges_{i}] = {{「上海证券交易所」, 「深圳证券交易所」, 「香港联交所」}}
评定线{n} [rating_{i}] = 3
奖励表{n} [award_{i}] = {{3: {i}00万元, 4: {i}50万元, 5: {i}80万元}}
租房比例{n} [rent_ratio_{i}] = {rent}%
购房比例{n} [purchase_ratio_{i}] = {purchase}%
补助比例{n} [city_share_{i}] = 20%
```
```步骤
分公司达标{n} [branches_{i}] = 市外分公司数 >= 最低家数{n}
子公司达标{n} [subsidiaries_{i}] = 市外控股子公司数 >= 最低家数{n}
分支达标{n} [units_{i}] = 分公司达标{n} 或 子公司达标{n} 或 市外分公司数 + 市外控股子公司数 >= 最低家数{n}
行业研判{n} [in_review_{i}] = 行业代码 属于 研判行业{n}
行业排除{n} [excluded_{i}] = 如果(行业研判{n}, 属于排除行业, 行业代码 属于 排除行业{n})
属性排除{n} [ownership_{i}] = 国有属性 属于 排除属性{n}
研发达标{n} [rnd_{i}] = 上年度在杭研发费用 >= 研发门槛{n}
占比达标{n} [ratio_{i}] = 上年度在杭研发费用 / 上年度在杭营业收入 >= 研发比例{n}
交易所认可{n} [exchange_{i}] = 如果(上市交易所 = 「其他交易所」, 其他交易所认可, 上市交易所 属于 交易所{n})
禁申中{n} [ban_{i}] = 如果(有值(禁申期至), 基准日 <= 禁申期至 或 (有值(处于禁申期) 且 处于禁申期), 处于禁申期)
已奖{n} [paid_{i}] = 如果(已奖励最高星级 >= 评定线{n}, 奖励表{n}[已奖励最高星级], 0元)
差额{n} [difference_{i}] = 如果(星级 <= 已奖励最高星级, 0元, 最大(0元, 奖励表{n}[星级] - 已奖{n}))
够星{n} [rated_{i}] = 总部{n} 且 星级 >= 评定线{n}
可补{n} [eligible_{i}] = 够星{n} 且 非 在杭有自有办公用房
租房额{n} [rent_amount_{i}] = 四舍五入(认定当年实付租金 * 租房比例{n}, 2)
购房额{n} [purchase_amount_{i}] = 四舍五入(首次购房成交额 * 购房比例{n}, 2)
```
```规则
基本{n} [basic_{i}] =
  符合产业发展导向 且 独立法人 且 登记在杭 且 在杭经营 且 统一核算 且 分支达标{n}
  且 非 在严重违法失信名单 且 非 行业排除{n} 且 非 属性排除{n}
存量{n} [incumbent_{i}] = 在杭登记日 <= 存量截止{n}
规模{n} [scale_{i}] = 如果(存量{n}, 上年度在杭营业收入 >= 存量门槛{n}, 上年度在杭营业收入 >= 增量门槛{n})
研发型{n} [rnd_hq_{i}] = 基本{n} 且 研发达标{n} 且 占比达标{n} 且 具备研发条件与稳定经费
上市{n} [listed_hq_{i}] = 基本{n} 且 交易所认可{n} 且 上市主体在杭
总部{n} [hq_{i}] = 基本{n} 且 (规模{n} 或 研发型{n} 或 上市{n})
可申报{n} [may_apply_{i}] = 非 禁申中{n}
奖励{n} [star_award_{i}] = 如果(够星{n}, 差额{n}, 0元)
租房{n} [rent_{i}] = 如果(可补{n}, 租房额{n}, 0元)
购房{n} [purchase_{i}] = 如果(可补{n} 且 首次购置, 购房额{n}, 0元)
上限{n} [ceiling_{i}] = 舍去(最大(租房{n}, 购房{n}) * 补助比例{n}, 2)
```
"""

RESULTS = "basic incumbent scale rnd_hq listed_hq hq may_apply star_award rent purchase ceiling".split()


def results(copies: list[int]) -> list[str]:
    """The identifiers of the results of some copies (numbered from 1)."""
    return [f"{name}_{copy}" for copy in copies for name in RESULTS]


def write(path: Path, copies: list[int], identifier: str) -> Path:
    """Write a policy file with the copies of these numbers (1 to 9 and 10)."""
    text = _HEAD.format(identifier=identifier)
    for i in copies:
        text += _COPY.format(
            n=NUMERALS[i], i=i, units=1 + i % 3, month=1 + i, incumbent=100_000 + 1_000 * i,
            newcomer=50_000 + 1_000 * i, rnd=5_000 + 100 * i, share=10 + i, rent=30 + i, purchase=5 + i,
        )  # fmt: skip
    path.write_text(text, "utf-8")
    return path
