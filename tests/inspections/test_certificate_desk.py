"""The pages of certificates and recalls, and the question whether a product was certified on a day."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from inspections.models import Certificate, CertificateChange, Evidence, Recall
from inspections.views.certificate import verdict
from tests.factories import make_certificate, make_entity, make_photo, make_recall

CHECK = reverse("certificate_check")


def page(client, officer, url, data=None):
    client.force_login(officer)
    return client.get(url) if data is None else client.post(url, data)


def entry(world, **changes):
    return {
        "number": "2024011119000001", "entity": world.shop.name, "product": "ebike", "model_name": "TDT01Z",
        "issuer": "示例中心", "issued_on": "2020-05-06", "expires_on": "2025-05-05",
    } | changes  # fmt: skip


def test_a_certificate_is_recorded_with_its_picture(client, world):
    url = reverse("desk_new", args=["certificate"])
    assert page(client, world.clerk, url, entry(world, files=make_photo())).status_code == 302
    certificate = Certificate.objects.get()
    assert (certificate.entity, certificate.status, certificate.region) == (world.shop, "valid", world.county)
    assert Evidence.objects.get().owner == certificate


@pytest.mark.parametrize(
    ("field", "value"), [("number", "2024010101000001"), ("expires_on", "2020-05-05"), ("issued_on", "2024-09-03")]
)
def test_what_is_wrong_is_said_beside_its_field(client, world, field, value):
    make_certificate(world)
    refused = page(client, world.clerk, reverse("desk_new", args=["certificate"]), entry(world, **{field: value}))
    assert refused.status_code == 422 and field in refused.context["form"].errors
    assert "TDT01Z" in refused.content.decode() and Certificate.objects.count() == 1


def test_its_state_changes_by_deeds_with_the_notice(client, world):
    certificate = make_certificate(world)
    url = reverse("desk_deed", args=["certificate", certificate.pk, "suspend"])
    data = {"on": "2024-08-01", "reason": "抽查不合格", "files": make_photo(), "version": certificate.version}
    assert page(client, world.clerk, url, data).status_code == 302
    change = CertificateChange.objects.get()
    assert (change.status, change.from_on, change.reason) == ("suspended", date(2024, 8, 1), "抽查不合格")
    shown = page(client, world.clerk, certificate.get_absolute_url()).content.decode()
    offered = {deed for deed in ("suspend", "restore", "cancel", "revoke") if f"/{certificate.pk}/{deed}/" in shown}
    assert offered == {"restore", "cancel", "revoke"}
    assert "抽查不合格" in shown


def test_a_change_before_the_issue_is_refused_and_stays_typed(client, world):
    certificate = make_certificate(world)
    url = reverse("desk_deed", args=["certificate", certificate.pk, "cancel"])
    data = {"on": "2024-05-05", "reason": "企业申请", "version": certificate.version}
    refused = page(client, world.clerk, url, data)
    assert refused.status_code == 422 and set(refused.context["form"].errors) == {"on"}
    assert "企业申请" in refused.content.decode() and not CertificateChange.objects.exists()


@pytest.mark.parametrize("deed", ["suspend", "verify"])
def test_the_issue_is_not_moved_behind_what_happened_since(client, world, deed):
    certificate = make_certificate(world)
    reason = {"reason": "抽查不合格"} if deed == "suspend" else {}
    getattr(certificate, deed)(by=world.clerk, on=date(2024, 8, 1), **reason)
    url = reverse("desk_change", args=["certificate", certificate.pk])
    certificate.refresh_from_db()
    data = entry(world, issued_on="2024-08-02", expires_on="", version=certificate.version)
    refused = page(client, world.clerk, url, data)
    assert refused.status_code == 422 and set(refused.context["form"].errors) == {"issued_on"}
    assert page(client, world.clerk, url, data | {"issued_on": "2024-08-01"}).status_code == 302


def test_the_comparison_with_the_register_is_kept(client, world):
    certificate = make_certificate(world)
    url = reverse("desk_deed", args=["certificate", certificate.pk, "verify"])
    refused = page(client, world.clerk, url, {"on": "2024-05-01", "version": certificate.version})
    assert set(refused.context["form"].errors) == {"on"}
    assert page(client, world.clerk, url, {"on": "2024-09-02", "version": certificate.version}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.verified_on == date(2024, 9, 2)


def test_an_inspector_reads_certificates_only(client, world):
    certificate = make_certificate(world)
    assert page(client, world.inspector, certificate.get_absolute_url()).status_code == 200
    assert page(client, world.inspector, reverse("desk_new", args=["certificate"])).status_code == 403
    for deed in ("verify", "suspend", "restore", "cancel", "revoke"):
        url = reverse("desk_deed", args=["certificate", certificate.pk, deed])
        assert page(client, world.inspector, url).status_code == 403
        assert page(client, world.stranger, url).status_code == 404


def test_an_entitys_page_tells_of_its_certificates_among_all_else(client, world):
    make_certificate(world, number="ZS-7")
    make_recall(world, model_name="48V20Ah")
    shown = page(client, world.inspector, world.shop.get_absolute_url()).content.decode()
    assert "ZS-7" in shown and "48V20Ah" in shown


def test_a_recall_is_recorded(client, world):
    data = {
        "entity": world.shop.name, "product": "battery", "model_name": "48V", "announced_on": "2024-09-01", "items": "0",
        "reason": "过充保护失效",
    }  # fmt: skip
    url = reverse("desk_new", args=["recall"])
    refused = page(client, world.clerk, url, data)
    assert refused.status_code == 422 and set(refused.context["form"].errors) == {"items"}
    assert page(client, world.clerk, url, data | {"items": "30"}).status_code == 302
    assert (Recall.objects.get().items, Recall.objects.get().region) == (30, world.county)


# --- was it certified on that day?


def ask(client, officer, **query):
    return page(client, officer, reverse("certificate_check", query=query))


def verdicts(answer):
    return [(one.certificate.number, one.is_valid) for one in answer.context["verdicts"]]


def test_the_question_is_asked_without_an_answer_at_first(client, world):
    answer = ask(client, world.inspector)
    assert answer.status_code == 200 and "verdicts" not in answer.context
    assert client.get(reverse("ledger", args=["certificate"])).content.decode().count(CHECK) == 1


@pytest.mark.parametrize(("day", "valid"), [("2024-05-05", False), ("2024-05-06", True), ("2024-08-01", False)])
def test_a_certificate_is_found_by_its_number_and_judged_by_the_day(client, world, day, valid):
    make_certificate(world, number="AB-1").suspend(by=world.clerk, reason="抽查", on=date(2024, 8, 1))
    make_certificate(world, number="AB-12")
    answer = ask(client, world.inspector, number="ab-1", on=day)
    assert verdicts(answer) == [("AB-1", valid)]
    assert str(answer.context["verdicts"][0].text) in answer.content.decode()


def test_the_words_of_a_verdict(world):
    certificate = make_certificate(world, number="AB-1")
    certificate.suspend(by=world.clerk, reason="抽查", on=date(2024, 8, 1))

    def words(day):
        with translation.override("en"):
            return verdict(Certificate.objects.with_state_on(day).get(), day).text

    assert words(date(2024, 5, 5)) == "Not yet issued: it begins on 2024-05-06."
    assert words(date(2024, 5, 6)) == "Valid on that day."
    assert words(date(2024, 8, 1)) == "Suspended since 2024-08-01."
    certificate.restore(by=world.clerk, reason="恢复", on=date(2024, 9, 1))
    assert words(date(2029, 5, 6)) == "Expired on 2029-05-05."


def test_all_certificates_of_an_entity_are_judged_in_a_fixed_number_of_queries(
    client, world, django_assert_num_queries
):
    make_certificate(world, number="A-1")
    make_certificate(world, number="A-2", product="charger")
    make_certificate(world, number="B-1", entity=world.repair_shop)
    answer = ask(client, world.inspector, entity=world.shop.name, on="2024-09-02")
    assert verdicts(answer) == [("A-1", True), ("A-2", True)]
    narrowed = ask(client, world.inspector, entity=world.shop.name, product="charger", on="2024-09-02")
    assert verdicts(narrowed) == [("A-2", True)]


def test_the_number_of_queries_does_not_grow(client, world, django_assert_max_num_queries):
    for number in range(30):
        shop = make_entity(world, number) if number % 2 else world.shop
        make_certificate(world, number="SAME" if number % 2 else f"N-{number}", entity=shop)
    client.force_login(world.inspector)
    client.get(CHECK, {"number": "N-0", "on": "2024-09-02"})
    with django_assert_max_num_queries(16) as few:
        client.get(CHECK, {"number": "N-0", "on": "2024-09-02"})
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(client.get(CHECK, {"number": "SAME", "on": "2024-09-02"}).context["verdicts"]) == 15


def test_nothing_outside_the_scope_is_found(client, world):
    make_certificate(world, number="AB-1")
    answer = ask(client, world.stranger, number="AB-1", on="2024-09-02")
    assert answer.status_code == 200 and verdicts(answer) == []
    answer = ask(client, world.stranger, entity=world.shop.name, on="2024-09-02")
    assert answer.status_code == 422 and "entity" in answer.context["form"].errors


def test_a_question_without_a_day_or_a_name_is_told_so(client, world):
    answer = ask(client, world.inspector, number="AB-1")
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"on"}
    assert 'value="AB-1"' in answer.content.decode()
    assert ask(client, world.inspector, number=" ", on="2024-09-02").status_code == 422


def test_the_law_of_the_day_is_told(client, world):
    def rules(product, day):
        return len(ask(client, world.inspector, number="none", product=product, on=day).context["rules"])

    assert [rules("battery", "2025-10-31"), rules("ebike", "2025-11-30"), rules("ebike", "2025-12-01")] == [1, 1, 2]
    assert rules("other", "2025-12-01") == 0


def test_who_is_not_signed_in_is_asked_to(client, world):
    assert client.get(CHECK).status_code == 302
