#!/usr/bin/env python3
"""Remakes src/AiTelemetry/Pricing/prices.json from a file of price facts (format neutral-llm-prices/1).

    eng/make-prices.py FACTS.json

Figures are copied as decimal text, never through binary floating point. What the catalogue keeps beside the rates: as-of date and
date of every source, confidence, notes, and the figures other sources give that were rejected (so that a price file a user loads
cannot bring them back).
"""
import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

TARGET = Path(__file__).resolve().parent.parent / "src/AiTelemetry/Pricing/prices.json"


class Number(float):
    """A number written as the text it was read as."""

    def __new__(cls, text):
        self = super().__new__(cls, text)
        self.text = format(Decimal(text).normalize(), "f")
        return self

    def __repr__(self):
        return self.text


def numbers(rates):
    return {k: numbers(v) if isinstance(v, dict) else Number(v) for k, v in rates.items()}


def tier(facts):
    if facts["basis"] != "promptTokensTotal" or facts["scope"] != "wholeRequest":
        raise ValueError(f"tier rule not known: {facts}")
    made = {"above": facts["above"], "rates": numbers(facts["rates"])}
    if facts["inclusive"]:
        made["inclusive"] = True
    return made


def variant(facts):
    made = {"rates": numbers(facts["rates"])}
    if facts.get("tiers"):
        made["tiers"] = [tier(t) for t in facts["tiers"]]
    return made


def offset_minutes(zone):
    """The zone as a fixed offset: a zone with daylight saving cannot be one and is refused."""
    offsets = {(datetime(2026, 1, 1) + timedelta(days=d)).replace(tzinfo=ZoneInfo(zone)).utcoffset() for d in range(0, 365, 7)}
    if len(offsets) != 1:
        raise ValueError(f"{zone} changes its offset during the year")
    return int(offsets.pop().total_seconds() // 60)


def window(facts):
    return {
        "name": facts["name"],
        "days": facts["days"],
        "daysUtcOffsetMinutes": offset_minutes(facts["daysTimezone"]) if facts.get("daysTimezone") else 0,
        "utc": facts["utc"],
        "rates": numbers(facts["rates"]),
    }


def version(facts):
    made = {}
    for edge in ("from", "to"):
        if facts.get(edge):
            made[edge] = facts[edge]
    if facts.get("expiryOnly") or facts.get("dateNote"):
        made["datesApproximate"] = True
    made["rates"] = numbers(facts["rates"])
    if facts.get("tiers"):
        made["tiers"] = [tier(t) for t in facts["tiers"]]
    if facts.get("bands"):
        made["bands"] = [{"over": b["over"], "upTo": b["upTo"], "rates": numbers(b["rates"])} for b in facts["bands"]]
    if facts.get("variants"):
        made["variants"] = {name: variant(v) for name, v in facts["variants"].items()}
    if facts.get("units"):
        made["units"] = numbers(facts["units"])
    if facts.get("geoMultipliers"):
        made["geoMultipliers"] = numbers(facts["geoMultipliers"])
    if facts.get("timeOfDay"):
        made["timeOfDay"] = [window(w) for w in facts["timeOfDay"]]
    return made


def rejected(facts):
    """Per rate, the figures some source gives and no version of ours does."""
    made = {}
    for case in facts.get("disagreements", []):
        ours = {Decimal(v["rates"][case["dim"]]) for v in facts["prices"] if case["dim"] in v["rates"]}
        figures = []
        for text in case["values"]:
            try:
                figure = Decimal(text)
            except ArithmeticError:
                continue
            if figure not in ours:
                figures.append(Number(text))
        if figures:
            made[case["dim"]] = sorted(figures, key=lambda n: Decimal(n.text))
    return made


def model(facts):
    made = {"provider": facts["provider"], "model": facts["model"]}
    if facts.get("aliases"):
        made["aliases"] = facts["aliases"]
    made["mode"] = facts["mode"]
    made["confidence"] = facts["confidence"]
    made["asOf"] = max(s["asOf"] for s in facts["sources"])
    made["sources"] = {s["id"]: s["asOf"] for s in facts["sources"]}
    if facts.get("note"):
        made["note"] = facts["note"]
    made["prices"] = [version(v) for v in facts["prices"]]
    if rejected(facts):
        made["rejected"] = rejected(facts)
    return made


def text(value):
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(text(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make-prices.py FACTS.json")
    facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if facts.get("format") != "neutral-llm-prices/1" or facts.get("currency") != "USD":
        sys.exit("not a file of the format neutral-llm-prices/1 in USD")
    models = [model(m) for m in facts["models"]]
    lines = ",\n".join("    " + text(m) for m in models)
    sources = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in facts["sources"].items())
    TARGET.write_text(
        "{\n"
        '  "format": "aitelemetry-prices/1",\n'
        f'  "asOf": {json.dumps(max(m["asOf"] for m in models))},\n'
        f'  "sources": {{\n{sources}\n  }},\n'
        f'  "models": [\n{lines}\n  ]\n'
        "}\n",
        encoding="utf-8",
    )
    print(f"{len(models)} models")


if __name__ == "__main__":
    main()
