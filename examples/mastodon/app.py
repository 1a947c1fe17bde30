"""What the component exports: each class is an interface of `wit/`, each method a function of it."""

from wit_world.exports import actions, connection, triggers, types

from connector import calls, descriptor, flows
from connector.telling import telling


class Types:
    """The vocabulary; it has no functions."""


@telling
class Connection:
    def describe(self) -> connection.Descriptor:
        return descriptor.DESCRIPTOR

    def test(self, settings: str, granted: list[str] | None, context: types.Context) -> types.Step:
        return flows.test(calls.of(settings, context), granted)

    def choices(
        self, field: str, settings: str, query: str | None, context: types.Context
    ) -> types.Step:
        raise calls.no_choices(field)


@telling
class Actions:
    def list_actions(self) -> list[actions.Action]:
        return [described.action for described in calls.ACTIONS.values()]

    def describe(self, id: str) -> actions.Description:
        return calls.action(id)

    def start(self, id: str, input: str, settings: str, context: types.Context) -> types.Step:
        described, call = calls.action(id), calls.of(settings, context)
        return flows.ACTIONS[id](call, calls.checked(input, described.input, "input"))

    def choices(
        self, id: str, field: str, input: str, settings: str, query: str | None,
        context: types.Context,
    ) -> types.Step:
        calls.check_field(field, calls.action(id).input)
        return flows.lists(calls.of(settings, context), query)


@telling
class Triggers:
    def list_triggers(self) -> list[triggers.Trigger]:
        return [described.trigger for described in calls.TRIGGERS.values()]

    def describe(self, id: str) -> triggers.Description:
        return calls.trigger(id)

    def start(
        self, id: str, config: str, settings: str, cursor: str | None, context: types.Context
    ) -> types.Step:
        described, call = calls.trigger(id), calls.of(settings, context)
        return flows.poll(call, calls.checked(config, described.config, "configuration"), cursor)

    def choices(
        self, id: str, field: str, config: str, settings: str, query: str | None,
        context: types.Context,
    ) -> types.Step:
        calls.check_field(field, calls.trigger(id).config)
        return flows.lists(calls.of(settings, context), query)


@telling
class Steps:
    def resume(self, checkpoint: bytes, reply: types.Reply) -> types.Step:
        return flows.resume(checkpoint, reply)
