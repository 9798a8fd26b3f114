// The peer of make audit: the same four screens as a single-page app, as a team that knows
// Vue and Vant would begin one: only the components used, screens loaded when needed.
import { createApp, defineAsyncComponent, h, shallowRef } from "vue";
import { Button, Cell, CellGroup, Field, Form, NavBar, Step, Steps, Tab, Tabbar, TabbarItem, Tabs } from "vant";
import "vant/es/button/style";
import "vant/es/cell/style";
import "vant/es/cell-group/style";
import "vant/es/field/style";
import "vant/es/form/style";
import "vant/es/nav-bar/style";
import "vant/es/step/style";
import "vant/es/steps/style";
import "vant/es/tab/style";
import "vant/es/tabs/style";
import "vant/es/tabbar/style";
import "vant/es/tabbar-item/style";
import "./app.css";

const screens = {
  "/login": () => import("./Login.vue"),
  "/shebao": () => import("./Shebao.vue"),
  "/pension": () => import("./Pension.vue"),
  "/pension/pay": () => import("./Pay.vue"),
  "/verify": () => import("./Verify.vue"),
  "/": () => import("./Home.vue"),
};
const here = shallowRef(null);
const show = () => { here.value = defineAsyncComponent(screens[location.pathname] || screens["/login"]); };
document.addEventListener("click", (e) => {
  const a = e.target.closest("a[href^='/']");
  if (!a || e.defaultPrevented) return;
  e.preventDefault();
  history.pushState(null, "", a.getAttribute("href"));
  show();
});
addEventListener("popstate", show);
show();

const app = createApp({ render: () => here.value && h(here.value) });
for (const c of [Button, Cell, CellGroup, Field, Form, NavBar, Step, Steps, Tab, Tabbar, TabbarItem, Tabs]) app.use(c);
app.mount("#app");
