"""`fieldmark listen`: the same as scan, live. Nothing is sent; Ctrl-C ends it and writes everything."""

import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli import options


def listen(
    interface: Annotated[str, typer.Option("-i", help="Interface to listen on.", metavar="IFACE")] = "",
    capture_filter: Annotated[str, typer.Option("-f", help="Capture filter (pcap-filter syntax).", metavar="FILTER")] = "",
    autostop: options.Autostop = "",
    count: Annotated[int | None, typer.Option("-c", min=1, help="Stop after this many frames.", metavar="N")] = None,
    save: Annotated[Path | None, typer.Option("-w", help="Keep the frames in this capture file, too.", metavar="FILE")] = None,
    listing: Annotated[bool, typer.Option("-D", help="List the interfaces and leave.")] = False,
    quiet_card: Annotated[bool, typer.Option("-p", help="Do not put the interface into promiscuous mode.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict-passive", help="Refuse an interface on which the host itself may send.")
    ] = False,
    db: options.Db = Path("fieldmark.db"),
    html: options.Html = None,
    csv: options.Csv = None,
    json: options.Json = False,
    ndjson: options.Ndjson = False,
    as_of: options.AsOf = "",
    fail_on: options.FailOn = None,
    policy: options.PolicyFile = None,
    oui: options.Overlay = None,
    quiet: options.Quiet = False,
    no_names: options.NoNames = False,  # noqa: ARG001 - accepted, needs nothing done
) -> int:
    """Listen on an interface until Ctrl-C; write the same as scan. Sends nothing."""
    from scanner import engine
    from scanner.capture import live, saving
    from scanner.cli import deliver, knowledge
    from scanner.errors import InterfaceFault
    from scanner.line import Line

    if listing:
        for name, state, mac in live.interfaces():
            print(f"{name}\t{state}\t{mac}")
        return deliver.DONE
    if not interface:
        raise typer.BadParameter("name an interface with -i (-D lists them)")
    wanted = deliver.outputs(db, html, csv, fail_on, json=json, ndjson=ndjson, quiet=quiet)
    known = knowledge.catalogue(oui)
    chosen = knowledge.policy(policy, known)
    reasons = live.talkative(interface)
    for reason in reasons:
        print(f"fieldmark: {interface}: the host itself may send here: {reason}", file=sys.stderr)
    if reasons and strict:
        raise InterfaceFault(f"{interface}: refused, --strict-passive wants an interface on which nothing is sent")
    capture = save.name if save else interface
    line = Line(capture)
    problem = ""
    with ExitStack() as held:
        opened = held.enter_context(
            live.Live(interface, promiscuous=not quiet_card, expression=capture_filter, capture=capture)
        )
        saved = held.enter_context(saving.Saver(save, opened.link)) if save else None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: opened.stop())
        print(f"fieldmark: listening on {interface}; Ctrl-C ends it and writes {db}", file=sys.stderr)
        try:
            for batch in opened.batches(seconds=options.seconds(autostop), frames=count):
                if saved:
                    saved.write(batch)
                line.feed(batch)
        except InterfaceFault as fault:
            problem = str(fault)
        print(f"fieldmark: {opened.dropped} frames dropped by the kernel", file=sys.stderr)
        if opened.dropped:
            line.evidence.trouble(capture, "dropped", "", 0, opened.dropped)
        kept = saved or opened
        evidence = line.finish(sha256=kept.sha256, size=kept.bytes, form=kept.format, problem=problem)
    code = deliver.deliver(engine.finish(evidence, known, chosen, as_of), evidence, wanted)
    return InterfaceFault.exit_code if problem else code
