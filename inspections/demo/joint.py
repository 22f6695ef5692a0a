"""What several offices do together: the concentrated actions and the standing teams."""

from datetime import date, timedelta

from inspections.demo.ledger import START, TODAY
from inspections.demo.register import short_name
from inspections.models import JointTeam, Operation

CRACKDOWNS = 25  # figure crackdown_operations
JOINT_SUPERVISIONS = 9
CROSS_COUNTY = 2
KINDS = [
    (Operation.Kind.CRACKDOWN, CRACKDOWNS, "打击非法拼装改装集中检查行动", 2),
    (Operation.Kind.JOINT_SUPERVISION, JOINT_SUPERVISIONS, "全市联合督导", 18),
    (Operation.Kind.CROSS_COUNTY, CROSS_COUNTY, "县区交叉检查", 5),
]
TEAMS_IN_COUNTY, TEAMS_OF_CITY = 4, 2  # 14 × 4 + 2 = 58, figure joint_teams
JOINED = ["market", "fire", "police", "urban", "transport", "housing"]  # figure departments_joined: 6


def load_operations(ledger, people):
    """Write the concentrated actions, crackdowns first: those of the counties in turn, the others of the whole city."""
    counties, operations = people.counties(), []
    for kind, count, name, days in KINDS:
        for number in range(count):
            is_local = kind == Operation.Kind.CRACKDOWN
            code = counties[number % len(counties)] if is_local else "4311"
            lead = people.manager(code)
            starts = ledger.open_from(START + timedelta(days=19 + (245 - days - 19) * number // count))
            where = f"（{short_name(lead.unit.region.name)}，示例）" if is_local else "（示例）"
            operation = Operation(
                key=f"{kind.replace('_', '-')}-{number + 1:02d}", kind=kind, name=f"{name}第{number + 1}次{where}",
                region=lead.unit.region, starts_on=starts, ends_on=min(starts + timedelta(days=days), TODAY),
            )  # fmt: skip
            operations.append(ledger.signed(operation, by=lead, on=starts))
    ledger.write(operations)
    departments = {
        Operation.Kind.CRACKDOWN: ["market", "police", "urban"], Operation.Kind.JOINT_SUPERVISION: JOINED[:4],
        Operation.Kind.CROSS_COUNTY: ["market"],
    }  # fmt: skip
    ledger.link(
        Operation.departments.through,
        [{"operation_id": o.pk, "department_id": d} for o in operations for d in departments[o.kind]],
    )
    ledger.link(
        Operation.regions.through,
        [
            {"operation_id": o.pk, "region_id": code}
            for o in operations
            for code in ([o.region_id] if o.kind == Operation.Kind.CRACKDOWN else counties)
        ],
    )
    ledger.link(
        Operation.officers.through,
        [{"operation_id": o.pk, "officer_id": officer.pk} for o in operations for officer in people.pair(o.region_id)],
    )
    return operations


def load_teams(ledger, people):
    """Write the standing teams of three to six departments, in the city and in each county, and return them by region."""
    teams = {}
    for code, manager in sorted(people.managers.items()):
        for number in range(1, (TEAMS_OF_CITY if code == "4311" else TEAMS_IN_COUNTY) + 1):
            day = ledger.working_day(until=date(2024, 7, 31))
            team = JointTeam(
                name=f"{manager.unit.region.name}联合检查{number}组（示例）", formed_on=day, region=manager.unit.region,
                leader=people.invent_name(), headcount=ledger.chance.randint(4, 9),
            )  # fmt: skip
            teams.setdefault(code, []).append(ledger.signed(team, by=manager, on=day))
    every = ledger.write([team for theirs in teams.values() for team in theirs])
    # The first team has all six, so that the figure does not hang on chance.
    joined = [JOINED, *(["market", *ledger.chance.sample(JOINED[1:], ledger.chance.randint(2, 5))] for _ in every[1:])]
    ledger.link(
        JointTeam.departments.through,
        [
            {"jointteam_id": team.pk, "department_id": department}
            for team, departments in zip(every, joined, strict=True)
            for department in departments
        ],
    )
    return teams
