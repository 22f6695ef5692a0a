"""The page on which leaders and office staff begin."""

from django.urls import reverse


def test_every_page_that_is_offered_opens(client, world):
    for who in (world.leader, world.clerk, world.inspector):
        client.force_login(who)
        page = client.get(reverse("office"))
        for _label, pages in page.context["chapters"]:
            for one in pages:
                assert one.url in page.content.decode()
                assert client.get(one.url).status_code == 200, (who, one.name)


def test_what_the_role_may_not_do_is_not_offered(client, world):
    client.force_login(world.inspector)
    assert reverse("summary_workbook") not in client.get(reverse("office")).content.decode()


def test_strangers_sign_in_first(client, world):
    assert client.get(reverse("office")).status_code == 302
