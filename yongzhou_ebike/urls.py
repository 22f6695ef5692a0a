from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("inspections.urls")),
    path("", include("entities.urls")),
    path("", include("reports.urls")),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("me/password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("me/password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]

handler500 = "yongzhou_ebike.trouble.error_500"
