"""Addresses of the item bank and of forms."""

from django.urls import path

from concours.board.items import exchange, forms_views, views

urlpatterns = [
    path("", views.bank, name="items_home"),
    path("new/", views.new, name="items_new"),
    path("stimuli/", views.stimuli, name="items_stimuli"),
    path("import/", exchange.take_in, name="items_import"),
    path("export/", exchange.hand_out, name="items_export"),
    path("images/<str:digest>/", views.picture, name="items_image"),
    path("forms/<str:competition>/", forms_views.forms, name="forms"),
    path("forms/<str:competition>/figures/", forms_views.figures, name="forms_figures"),
    path("assembly/<str:assembly>/", forms_views.assembly, name="forms_assembly"),
    path("assembly/<str:assembly>/lock/", forms_views.lock_all, name="forms_lock_all"),
    path("lock/<str:form>/", forms_views.lock_one, name="forms_lock"),
    path("item/<str:name>/", views.item, name="item"),
    path("item/<str:name>/write/", views.write, name="item_write"),
    path("item/<str:name>/act/", views.act, name="item_act"),
]
