"""Certificates: their states by day, their register, and what the law asks of a product."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from inspections.models import Certificate, CertificateChange
from inspections.models.certificate import is_compulsory
from tests.factories import make_certificate
from tests.world import TODAY

ISSUED, EXPIRES = date(2024, 5, 6), date(2029, 5, 5)


def valid_on(certificate, day):
    """Asked of the certificate and of the table, which must agree."""
    found = certificate.valid_on(day)
    assert Certificate.objects.valid_on(day).filter(pk=certificate.pk).exists() == found
    return found


@pytest.mark.parametrize(
    ("day", "valid"),
    [(date(2024, 5, 5), False), (ISSUED, True), (EXPIRES, True), (date(2029, 5, 6), False)],
)
def test_it_is_valid_from_its_issue_to_its_last_day(world, day, valid):
    assert valid_on(make_certificate(world), day) == valid


def test_without_a_last_day_it_does_not_expire(world):
    assert valid_on(make_certificate(world, expires_on=None), date(2040, 1, 1))


def test_its_state_on_a_day_follows_its_changes(world):
    certificate = make_certificate(world)
    certificate.suspend(by=world.clerk, reason="抽查不合格", on=date(2024, 6, 10))
    certificate.restore(by=world.clerk, reason="整改合格", on=date(2024, 7, 20))
    certificate.revoke(by=world.clerk, reason="一致性不符", on=date(2024, 8, 30))
    states = {
        date(2024, 6, 9): "valid", date(2024, 6, 10): "suspended", date(2024, 7, 19): "suspended", date(2024, 7, 20): "valid",
        date(2024, 8, 29): "valid", date(2024, 8, 30): "revoked", TODAY: "revoked",
    }  # fmt: skip
    for day, state in states.items():
        assert certificate.state_on(day) == state
        assert valid_on(certificate, day) == (state == "valid")
    assert [change.status for change in certificate.changes.all()] == ["suspended", "valid", "revoked"]
    certificate.refresh_from_db()
    assert certificate.status == "revoked"
    assert certificate.history.first().history_change_reason == "一致性不符"


def test_of_two_changes_on_one_day_the_later_entered_counts(world):
    certificate = make_certificate(world)
    certificate.suspend(by=world.clerk, reason="误录", on=TODAY)
    certificate.restore(by=world.clerk, reason="更正", on=TODAY)
    assert certificate.state_on(TODAY) == "valid" and valid_on(certificate, TODAY)


@pytest.mark.parametrize("deed", ["cancel", "revoke"])
def test_an_end_is_final(world, deed):
    certificate = make_certificate(world)
    getattr(certificate, deed)(by=world.clerk, reason="企业申请")
    with pytest.raises(ValidationError) as refused:
        certificate.restore(by=world.clerk, reason="恢复")
    assert refused.value.code == "transition" and CertificateChange.objects.count() == 1


@pytest.mark.parametrize("day", [date(2024, 6, 9), date(2024, 9, 3)])
def test_a_change_lies_neither_before_the_last_one_nor_in_the_future(world, day):
    certificate = make_certificate(world)
    certificate.suspend(by=world.clerk, reason="抽查不合格", on=date(2024, 6, 10))
    with pytest.raises(ValidationError) as refused:
        certificate.restore(by=world.clerk, reason="整改合格", on=day)
    assert set(refused.value.message_dict) == {"on"}
    certificate.refresh_from_db()
    assert certificate.status == "suspended" and CertificateChange.objects.count() == 1


def test_a_change_says_why(world):
    certificate = make_certificate(world)
    with pytest.raises(ValidationError):
        certificate.suspend(by=world.clerk, reason=" ")
    assert not CertificateChange.objects.exists()


def test_a_certificate_older_than_the_campaign_keeps_what_happened_to_it(world):
    certificate = make_certificate(world, issued_on=date(2020, 3, 1))
    certificate.suspend(by=world.clerk, reason="抽查不合格", on=date(2023, 2, 1))
    assert certificate.state_on(date(2023, 2, 1)) == "suspended"
    certificate.restore(by=world.clerk, reason="整改合格", on=date(2024, 5, 1))
    assert [change.status for change in CertificateChange.objects.since_campaign()] == ["valid"]


def test_it_is_compared_with_the_register_after_its_issue_and_not_in_the_future(world):
    certificate = make_certificate(world)
    older = make_certificate(world, number="0", issued_on=date(2020, 3, 1))
    with pytest.raises(ValidationError):
        older.verify(by=world.clerk, on=date(2024, 4, 30))
    for day in (date(2024, 5, 5), date(2024, 9, 3)):
        with pytest.raises(ValidationError) as refused:
            certificate.verify(by=world.clerk, on=day)
        assert set(refused.value.message_dict) == {"verified_on"}
    certificate.verify(by=world.clerk, on=TODAY)
    certificate.refresh_from_db()
    assert certificate.verified_on == TODAY


@pytest.mark.parametrize(
    ("product", "day", "asked"),
    [
        ("ebike", date(2019, 4, 14), False), ("ebike", date(2019, 4, 15), True),
        ("battery", date(2025, 10, 31), False), ("battery", date(2025, 11, 1), True),
        ("charger", date(2025, 10, 31), False), ("charger", date(2025, 11, 1), True), ("other", TODAY, False),
    ],
)  # fmt: skip
def test_products_need_a_certificate_from_their_day_on(product, day, asked):
    assert is_compulsory(product, day) == asked
