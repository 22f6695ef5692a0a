from django.contrib.auth import views as auth
from django.urls import path

from entities.views import account, entity, sign_in

urlpatterns = [
    path("login/", sign_in.LogInView.as_view(), name="login"),
    path("login/code/", sign_in.login_code, name="login_code"),
    path("logout/", sign_in.LogOutView.as_view(), name="logout"),
    path("entities/", entity.entity_list, name="entity_list"),
    path("entities/new/", entity.entity_create, name="entity_create"),
    path("entities/<int:pk>/edit/", entity.entity_edit, name="entity_edit"),
    path("me/", account.me, name="me"),
    path("me/password/", account.ChangePasswordView.as_view(), name="password_change"),
    path("me/password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("me/sessions/end/", account.sessions_end, name="sessions_end"),
    path("me/second-factor/", account.second_factor_page, name="second_factor"),
    path("me/second-factor/set-up/", account.second_factor_set_up, name="second_factor_set_up"),
    path("me/tokens/", account.token_list, name="token_list"),
    path("me/tokens/<int:pk>/revoke/", account.token_revoke, name="token_revoke"),
]
