"""A layer's calculation, brought into the shape in which it is drawn, alone or less a reference."""

from __future__ import annotations

from collections.abc import Callable

from app.translation import tr
from app.views.flow_steps import FlowStep, norm_of
from app.views.unit_values import UnitValues, activation_name
from app.views.vector_strip import limit_of
from app.views.worked_numbers import figure, places
from bert_core.queries_calculation import LayerCalculation, NormStep
from bert_core.trace import Floats

Explain = Callable[[int | None], str]

_OF_UNITS = (4, 5)


def unit_values(found: LayerCalculation) -> UnitValues:
    """The feed-forward units."""
    return UnitValues(found.activation, found.inner, found.activated, found.reach)


def flow_steps(found: LayerCalculation, against: LayerCalculation | None = None) -> list[FlowStep]:
    """The nine vectors of a piece's way; with `against`, of the same shape, each now less that."""
    vectors = _vectors(found)
    explanations = _explanations(found)
    if against is not None:
        then = _vectors(against)
        explanations = [
            _difference(now, before, units=index in _OF_UNITS)
            for index, (now, before) in enumerate(zip(vectors, then, strict=True))
        ]
        vectors = [now - before for now, before in zip(vectors, then, strict=True)]
    made = []
    for index, (name, note, block, plus) in enumerate(_names(found)):
        units = index in _OF_UNITS
        made.append(
            FlowStep(
                name,
                note,
                vectors[index],
                limit_of(vectors[index], share=1.0),
                explanations[index],
                block,
                plus,
                units,
                "strongest" if units else "mean",
            )
        )
    return made


def _vectors(found: LayerCalculation) -> list[Floats]:
    return [
        found.hidden,
        found.attended,
        found.attention_sum,
        found.attention_norm.output,
        found.inner,
        found.activated,
        found.fed,
        found.output_sum,
        found.output_norm.output,
    ]


def _names(found: LayerCalculation) -> list[tuple[str, str, str, int | None]]:
    """Name, note, block and what is added, of each vector."""
    layer, above = found.layer, unit_values(found).above
    return [
        ("x", tr("layer {n}'s output", n=layer) if layer else tr("the embeddings"), "", None),
        (tr("attention"), tr("all heads, projection, bias"), "attention", None),
        (tr("x + attention"), tr("residual connection"), "", 0),
        (tr("y = LayerNorm"), _norm_note(found.attention_norm), "norm", None),
        ("W₁ y + b₁", tr("feed-forward: into the units"), "feed", None),
        (
            activation_name(found.activation),
            tr("{above} of {n} units above 0", above=above, n=len(found.inner)),
            "feed",
            None,
        ),
        ("W₂ · + b₂", tr("back to the old size"), "feed", None),
        (tr("y + feed-forward"), tr("residual connection"), "", 3),
        (tr("z = LayerNorm"), _norm_note(found.output_norm), "norm", None),
    ]


def _norm_note(step: NormStep) -> str:
    return tr(
        "mean {mean}, deviation {deviation}", mean=places(step.mean, 3), deviation=figure(step.deviation)
    )


def _explanations(found: LayerCalculation) -> list[Explain]:
    units = unit_values(found)

    def unit(at: int | None) -> str:
        if at is not None:
            return units.words(at)
        return tr(
            "{n} units, {above} of them above 0; where several share a line, the strongest is shown",
            n=len(units.inner),
            above=units.above,
        )

    return [
        _plain(tr("x"), found.hidden),
        _with_bias(tr("attention"), tr("heads"), found.attended, found.attended_bias),
        _sum(tr("x"), found.hidden, tr("attention"), found.attended),
        _normed(found.attention_sum, found.attention_norm),
        unit,
        unit,
        _with_bias(tr("feed-forward"), tr("units"), found.fed, found.fed_bias),
        _sum(tr("y"), found.attention_norm.output, tr("feed-forward"), found.fed),
        _normed(found.output_sum, found.output_norm),
    ]


def _plain(name: str, values: Floats) -> Explain:
    def explain(at: int | None) -> str:
        if at is None:
            return tr("{name}: norm {norm}", name=name, norm=figure(norm_of(values)))
        return tr("dimension {d}: {name} {value}", d=at, name=name, value=figure(float(values[at])))

    return explain


def _with_bias(name: str, part: str, values: Floats, bias: Floats) -> Explain:
    def explain(at: int | None) -> str:
        if at is None:
            return tr(
                "{name}: norm {norm}, of which the bias alone has {bias}",
                name=name,
                norm=figure(norm_of(values)),
                bias=figure(norm_of(bias)),
            )
        return tr(
            "dimension {d}: {part} {own} + bias {bias} = {value}",
            d=at,
            part=part,
            own=figure(float(values[at]) - float(bias[at])),
            bias=figure(float(bias[at])),
            value=figure(float(values[at])),
        )

    return explain


def _sum(first_name: str, first: Floats, second_name: str, second: Floats) -> Explain:
    def explain(at: int | None) -> str:
        if at is None:
            return tr(
                "{a}: norm {a_norm}; {b}: norm {b_norm}",
                a=first_name,
                a_norm=figure(norm_of(first)),
                b=second_name,
                b_norm=figure(norm_of(second)),
            )
        return tr(
            "dimension {d}: {a} {first} + {b} {second} = {value}",
            d=at,
            a=first_name,
            first=figure(float(first[at])),
            b=second_name,
            second=figure(float(second[at])),
            value=figure(float(first[at]) + float(second[at])),
        )

    return explain


def _normed(before: Floats, step: NormStep) -> Explain:
    def explain(at: int | None) -> str:
        mean, deviation = figure(step.mean), figure(step.deviation)
        if at is None:
            return tr(
                "LayerNorm: mean {mean}, deviation {deviation}; γ from {least} to {most}, β from {low} to {high}",
                mean=mean,
                deviation=deviation,
                least=figure(float(step.gain.min()), 2),
                most=figure(float(step.gain.max()), 2),
                low=figure(float(step.shift.min()), 2),
                high=figure(float(step.shift.max()), 2),
            )
        return tr(
            "dimension {d}: γ {gain} × ({before} less mean {mean}) ÷ {deviation} + β {shift} = {value}",
            d=at,
            gain=figure(float(step.gain[at])),
            before=figure(float(before[at])),
            mean=mean,
            deviation=deviation,
            shift=figure(float(step.shift[at])),
            value=figure(float(step.output[at])),
        )

    return explain


def _difference(now: Floats, then: Floats, *, units: bool) -> Explain:
    def explain(at: int | None) -> str:
        if at is None:
            return tr(
                "now less the reference: the difference has norm {norm}; now {now}, reference {then}",
                norm=figure(norm_of(now - then)),
                now=figure(norm_of(now)),
                then=figure(norm_of(then)),
            )
        return tr(
            "{place}: now {now} less {then} of the reference = {value}",
            place=tr("unit {unit}", unit=at) if units else tr("dimension {d}", d=at),
            now=figure(float(now[at])),
            then=figure(float(then[at])),
            value=figure(float(now[at]) - float(then[at])),
        )

    return explain
